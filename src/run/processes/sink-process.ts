import { sinkProcessPath } from "../../sink/process-path.ts";
import type { ReceiverResult, FromSink, ReceiverEndpoints, ReceiverOptions, ToSink } from "../../sink/protocol.ts";
import { answerWithin, ANSWER_WITHIN_MS } from "./answer-within.ts";
import { compileCache, startChild, type Child } from "./child.ts";

type Unnumbered<T> = T extends unknown ? Omit<T, "id"> : never;
type Answer = Exclude<FromSink, { type: "ready" }>;

/** A sink that answers may take so long to hand over its table of spans. */
const TABLE_WITHIN_MS = 60_000;
const WHY = "it is stopped, or overloaded";

/** The sink, one process for a whole run; each variant has an receiver of its own in it. */
export class SinkProcess {
  readonly child: Child;
  readonly ready: Promise<void>;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  #lastId = 0;
  /** Why there will be no more answers. */
  #ended: Error | undefined;
  readonly #withinMs: number;

  constructor(cores: string | undefined, withinMs = ANSWER_WITHIN_MS) {
    this.#withinMs = withinMs;
    this.child = startChild({
      command: process.execPath,
      args: [sinkProcessPath],
      env: compileCache(),
      ipc: true,
      cores,
    });
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.ready = answerWithin(promise, { ms: ANSWER_WITHIN_MS, who: "the sink", question: "ready", why: WHY });
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

  async close(receiver: string): Promise<ReceiverResult> {
    await this.#ask({ type: "arrived", receiver, spanIds: "" }, "arrived");
    return this.#ask({ type: "close", receiver }, "closed", TABLE_WITHIN_MS);
  }

  #ask<T extends Answer["type"]>(
    message: Unnumbered<ToSink>,
    expected: T,
    ms = this.#withinMs,
  ): Promise<Extract<Answer, { type: T }>> {
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
    const limit = { ms, who: "the sink", question: message.type, why: WHY };
    return answerWithin(promise, limit).finally(() => this.#waiting.delete(id));
  }
}
