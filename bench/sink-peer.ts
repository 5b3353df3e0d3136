/** A receiver under load: the sink, or one of what it is held against. */
import { fork, type ChildProcess } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { fileURLToPath } from "node:url";
import { sinkProcessPath, type FromSink, type SinkCounts } from "../src/backend/index.ts";
import { Batch, SPANS } from "./sink-batch.ts";

const LANES = 2;
let lanesEver = 0;

export interface Load {
  readonly cpuUsPerSpan: number;
  readonly spansPerSecond: number;
}

export class Peer {
  readonly name: string;
  readonly #child: ChildProcess;
  readonly #url: string;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: LANES });
  readonly #batches: readonly Batch[];
  readonly #contentType: string;

  static async receiver(name: string, mode: "read" | "full"): Promise<Peer> {
    const child = fork(fileURLToPath(new URL("sink-receiver.ts", import.meta.url)), [mode]);
    return new Peer(name, child, (await message(child)) as string, "protobuf");
  }

  static async sink(name: string, keepSpans: boolean, format: "protobuf" | "json" = "protobuf"): Promise<Peer> {
    const child = fork(sinkProcessPath, { serialization: "advanced" });
    await message(child);
    child.send({ id: 1, type: "open", inlet: { id: "bench", condition: "healthy", seed: 1, keepSpans } });
    const answer = (await message(child)) as FromSink;
    if (answer.type !== "opened") throw new Error(JSON.stringify(answer));
    return new Peer(name, child, answer.endpoints.otlpHttp, format);
  }

  private constructor(name: string, child: ChildProcess, url: string, format: "protobuf" | "json") {
    this.name = name;
    this.#child = child;
    this.#url = url;
    this.#batches = Array.from({ length: LANES }, () => new Batch(format, lanesEver++));
    this.#contentType = format === "json" ? "application/json" : "application/x-protobuf";
  }

  /** Sends so many batches, as fast as they are taken, over two connections. */
  async load(batches: number): Promise<Load> {
    const [cpuBefore, startedMs] = [this.#cpuNs(), performance.now()];
    let left = batches;
    await Promise.all(
      this.#batches.map(async (batch) => {
        while (left-- > 0) await this.#send(batch.renew());
      }),
    );
    const seconds = (performance.now() - startedMs) / 1000;
    const spans = batches * SPANS;
    return { cpuUsPerSpan: (this.#cpuNs() - cpuBefore) / 1000 / spans, spansPerSecond: spans / seconds };
  }

  rssBytes(): number {
    const status = readFileSync(`/proc/${this.#child.pid}/status`, "utf8");
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)![1]) * 1024;
  }

  /** Of the sink: its counts. */
  async close(): Promise<SinkCounts | undefined> {
    this.#agent.destroy();
    let counts: SinkCounts | undefined;
    if (this.#child.spawnargs.includes(sinkProcessPath)) {
      this.#child.send({ id: 2, type: "close", inlet: "bench" });
      const answer = (await message(this.#child)) as FromSink;
      if (answer.type === "closed") ({ counts } = answer);
    }
    this.#child.disconnect();
    return counts;
  }

  /** All threads, by the kernel's scheduler. */
  #cpuNs(): number {
    const tasks = `/proc/${this.#child.pid}/task`;
    return readdirSync(tasks)
      .map((task) => Number(readFileSync(`${tasks}/${task}/schedstat`, "utf8").split(" ", 1)[0]))
      .reduce((a, b) => a + b, 0);
  }

  #send(body: Buffer): Promise<void> {
    return new Promise((resolve, reject) => {
      const headers = { "content-type": this.#contentType, "content-length": body.length };
      const sending = request(this.#url, { method: "POST", agent: this.#agent, headers }, (response) => {
        response.resume();
        if (response.statusCode === 200) response.on("end", resolve);
        else reject(new Error(`${this.name} answered ${response.statusCode}`));
      });
      sending.on("error", reject);
      sending.end(body);
    });
  }
}

function message(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    child.once("message", resolve);
    child.once("exit", (code) => reject(new Error(`the receiver ended with ${code}`)));
  });
}
