/** A receiver of spans under load: the sink, or one of what it is held against. */
import { Agent, request } from "node:http";
import { siblingModule } from "../../src/base/sibling.ts";
import { cpuBetween, readCpu } from "../../src/run/measure/accounting.ts";
import { startChild, type Child } from "../../src/run/processes/child.ts";
import { findPinning } from "../../src/run/processes/pinning.ts";
import { SinkProcess } from "../../src/run/processes/sink-process.ts";
import { Batch, SPANS } from "./span-batch.ts";

interface Backend {
  readonly child: Child;
  readonly url: string;
  /** Bytes it has received. */
  readonly received: () => Promise<number>;
}

const CONNECTIONS = 2;
const CORES = findPinning().pinning?.target;
let senders = 0;

/** The next message of the receiver's process; rejects if it ends instead. */
function nextMessage(child: Child): Promise<unknown> {
  return new Promise((resolve, reject) => {
    child.onMessage(resolve);
    void child.exited.then(({ how, stderrTail }) => reject(new Error(`the receiver ${how}\n${stderrTail}`)));
  });
}

export class Receiver implements AsyncDisposable {
  readonly #backend: Backend;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  readonly #batches = Array.from({ length: CONNECTIONS }, () => new Batch(senders++));
  #sentBytes = 0;

  private constructor(backend: Backend) {
    this.#backend = backend;
  }

  static async peer(mode: "read" | "decode"): Promise<Receiver> {
    const args = [siblingModule(import.meta.url, "./receiver-process"), mode];
    const child = startChild({ command: process.execPath, args, ipc: true, cores: CORES });
    const url = (await nextMessage(child)) as string;
    const received = (): Promise<number> => {
      const answer = nextMessage(child) as Promise<number>;
      void child.send({});
      return answer;
    };
    return new Receiver({ child, url, received });
  }

  /** The sink as a trial uses it, with the table of spans that fidelity reads. */
  static async sink(): Promise<Receiver> {
    const sink = new SinkProcess(CORES);
    await sink.ready;
    const { otlpHttp } = await sink.open({ id: "peers", condition: "healthy", seed: 1, keepSpans: true });
    const received = async (): Promise<number> => (await sink.close("peers")).counts.bodyBytes;
    return new Receiver({ child: sink.child, url: otlpHttp, received });
  }

  /** Sends so many batches as fast as they are taken. */
  async load(batches: number): Promise<{ readonly cpuUsPerSpan: number; readonly spansPerSecond: number }> {
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
    return { cpuUsPerSpan: cpuBetween(before, readCpu(pids))!.totalUs / spans, spansPerSecond: spans / seconds };
  }

  /** Throws if it has not received all bytes. */
  async check(): Promise<void> {
    const bytes = await this.#backend.received();
    if (bytes !== this.#sentBytes) throw new Error(`${bytes} of ${this.#sentBytes} bytes were received`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#agent.destroy();
    await this.#backend.child.stop();
  }

  #send(body: Buffer): Promise<void> {
    this.#sentBytes += body.length;
    return new Promise((resolve, reject) => {
      const headers = { "content-type": "application/x-protobuf", "content-length": body.length };
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
