import { sinkProcessPath } from "../../sink/process-path.ts";
import type { ReceiverResult, FromSink, ReceiverEndpoints, ReceiverOptions, ToSink } from "../../sink/protocol.ts";
import { compileCache, startChild, type Child } from "./child.ts";
import type { Deadline } from "./deadline.ts";

type Unnumbered<T> = T extends unknown ? Omit<T, "id"> : never;
type Answer = Exclude<FromSink, { type: "ready" }>;

/** The sink, one process for a whole run; each variant has an receiver of its own in it. */
export class SinkProcess {
  readonly child: Child;
  readonly ready: Promise<void>;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  #lastId = 0;
  /** Why there will be no more answers. */
  #ended: Error | undefined;
  readonly #deadline: Deadline | undefined;

  /** Without a deadline, answers are waited for as long as the process lives. */
  constructor(cores: string | undefined, deadline?: Deadline) {
    this.#deadline = deadline;
    this.child = startChild({
      command: process.execPath,
      args: [sinkProcessPath],
      env: compileCache(),
      ipc: true,
      cores,
    });
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.ready = this.#inTime("ready", promise);
    this.child.onMessage((raw) => {
      const message = raw as FromSink;
      if (message.type === "ready") resolve();
      else this.#waiting.get(message.id)?.(message);
    });
    void this.child.exited.then((exit) => {
      const error = new Error(`the sink ${exit.how}\n${exit.stderrTail}`);
      this.#ended = error;
      reject(error);
      for (const [id, answer] of this.#waiting) answer({ id, type: "failed", message: error.message });
    });
  }

  async open(receiver: ReceiverOptions): Promise<ReceiverEndpoints> {
    return (await this.#ask({ type: "open", receiver }, "opened")).endpoints;
  }

  async windowOpen(receiver: string): Promise<void> {
    await this.#ask({ type: "window-open", receiver }, "ok");
  }

  /** How many of these spans (ids, 8 bytes each, base64) were received. */
  async arrived(receiver: string, spanIds: string): Promise<number> {
    return spanIds === "" ? 0 : (await this.#ask({ type: "arrived", receiver, spanIds }, "arrived")).count;
  }

  /** How many spans were received so far. */
  async received(receiver: string): Promise<number> {
    return (await this.#ask({ type: "received", receiver }, "arrived")).count;
  }

  async close(receiver: string): Promise<ReceiverResult> {
    await this.#ask({ type: "arrived", receiver, spanIds: "" }, "arrived");
    return this.#ask({ type: "close", receiver }, "closed");
  }

  #ask<T extends Answer["type"]>(message: Unnumbered<ToSink>, expected: T): Promise<Extract<Answer, { type: T }>> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended);
    const id = ++this.#lastId;
    const { promise, resolve, reject } = Promise.withResolvers<Extract<Answer, { type: T }>>();
    this.#waiting.set(id, (answer) => {
      if (answer.type === expected) resolve(answer as Extract<Answer, { type: T }>);
      else
        reject(
          new Error(
            answer.type === "failed" ? answer.message : `the sink answered ${answer.type} instead of ${expected}`,
          ),
        );
    });
    void this.child.send({ ...message, id });
    return this.#inTime(message.type, promise).finally(() => this.#waiting.delete(id));
  }

  #inTime<T>(question: string, answer: Promise<T>): Promise<T> {
    return this.#deadline?.wait({ who: "the sink", pid: this.child.pid, question }, answer) ?? answer;
  }
}
