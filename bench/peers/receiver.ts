/** A receiver of spans under load: the sink, or one of what it is held against. */
import { Agent, request } from "node:http";
import { siblingModule } from "../../src/base/sibling.ts";
import { cpuBetween, readCpu } from "../../src/run/measure/accounting.ts";
import { startChild, type Child } from "../../src/run/processes/child.ts";
import { SinkProcess } from "../../src/run/processes/sink-process.ts";
import type { FromReceiver, ReceiverMode } from "./receiver-process.ts";
import { memoryOf } from "./memory.ts";
import { bound, nextMessage, type Context } from "./section.ts";
import { Batch, SPANS } from "./span-batch.ts";

export type Format = "protobuf" | "json";
type Place = Pick<Context, "pinning" | "signal">;

/** Where spans go, and what can be asked there in the end. */
interface Backend {
  readonly child: Child;
  readonly url: string;
  /** Spans that it has counted, and bytes; undefined where it does not count them. */
  readonly received: () => Promise<{ readonly spans: number | undefined; readonly bytes: number }>;
}

export interface Load {
  readonly cpuUsPerSpan: number;
  readonly spansPerSecond: number;
}

const CONNECTIONS = 2;
let lanesEver = 0;

export class Receiver implements AsyncDisposable {
  readonly #backend: Backend;
  readonly #bound: AsyncDisposable;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  readonly #batches: readonly Batch[];
  readonly #contentType: string;
  #sentSpans = 0;
  #sentBytes = 0;

  static async peer(mode: ReceiverMode, format: Format, { pinning, signal }: Place): Promise<Receiver> {
    const args = [siblingModule(import.meta.url, "./receiver-process"), mode];
    const child = startChild({ command: process.execPath, args, ipc: true, cores: pinning?.target });
    const { url } = (await nextMessage(child, "the receiver")) as Extract<FromReceiver, { type: "listening" }>;
    const received = async (): Promise<{ spans: number | undefined; bytes: number }> => {
      const answer = nextMessage(child, "the receiver");
      void child.send({});
      const { spans, bytes } = (await answer) as Extract<FromReceiver, { type: "received" }>;
      return { spans: mode === "read" ? undefined : spans, bytes };
    };
    return new Receiver({ child, url, received }, format, signal);
  }

  /** The sink as a trial uses it; `keepSpans` keeps the table that sampling is judged by. */
  static async sink(format: Format, { pinning, signal }: Place, keepSpans = true): Promise<Receiver> {
    const sink = new SinkProcess(pinning?.target);
    await sink.ready;
    const { otlpHttp } = await sink.open({ id: "peers", condition: "healthy", seed: 1, keepSpans });
    const received = async (): Promise<{ spans: number; bytes: number }> => {
      const { counts } = await sink.close("peers");
      return { spans: counts.received, bytes: counts.bodyBytes };
    };
    return new Receiver({ child: sink.child, url: otlpHttp, received }, format, signal);
  }

  private constructor(backend: Backend, format: Format, signal: AbortSignal) {
    this.#backend = backend;
    this.#bound = bound(backend.child, signal);
    this.#batches = Array.from({ length: CONNECTIONS }, () => new Batch(format, lanesEver++));
    this.#contentType = format === "json" ? "application/json" : "application/x-protobuf";
  }

  /** Sends so many batches, as fast as they are taken, over two connections. */
  async load(batches: number): Promise<Load> {
    const [pids, startedMs] = [[this.#backend.child.pid], performance.now()];
    const before = readCpu(pids);
    let left = batches;
    await Promise.all(
      this.#batches.map(async (batch) => {
        while (left-- > 0) await this.#send(batch.renew());
      }),
    );
    const seconds = (performance.now() - startedMs) / 1000;
    const spans = batches * SPANS;
    this.#sentSpans += spans;
    const { totalUs } = cpuBetween(before, readCpu(pids))!;
    return { cpuUsPerSpan: totalUs / spans, spansPerSecond: spans / seconds };
  }

  rssBytes(): number {
    return memoryOf(this.#backend.child.pid).rssBytes;
  }

  /** Throws where it has not received all that was sent to it. */
  async check(): Promise<void> {
    const { spans = this.#sentSpans, bytes } = await this.#backend.received();
    if (spans === this.#sentSpans && bytes === this.#sentBytes) return;
    throw new Error(`${spans} of ${this.#sentSpans} spans and ${bytes} of ${this.#sentBytes} bytes were received`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#agent.destroy();
    await this.#bound[Symbol.asyncDispose]();
  }

  #send(body: Buffer): Promise<void> {
    this.#sentBytes += body.length;
    return new Promise((resolve, reject) => {
      const headers = { "content-type": this.#contentType, "content-length": body.length };
      const sending = request(this.#backend.url, { method: "POST", agent: this.#agent, headers }, (response) => {
        response.resume();
        if (response.statusCode === 200) response.on("end", resolve);
        else reject(new Error(`the receiver answered ${response.statusCode}`));
      });
      sending.on("error", reject);
      sending.end(body);
    });
  }
}
