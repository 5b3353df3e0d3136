import { siblingModule } from "../../base/sibling.ts";
import type { ReceiverResult, FromSink, ReceiverEndpoints, ReceiverOptions, ToSink } from "../../sink/protocol.ts";
import { startNode, type Child } from "./child.ts";
import type { Deadline } from "./deadline.ts";
import { Questions } from "./questions.ts";

/** The sink, one process for a whole run; each variant has a receiver of its own in it. */
export class SinkProcess {
  readonly child: Child;
  readonly ready: Promise<void>;
  readonly #questions: Questions<ToSink, Exclude<FromSink, { type: "ready" }>>;

  constructor(cores: string | undefined, deadline: Deadline) {
    this.child = startNode(siblingModule(import.meta.url, "../../sink/process"), cores);
    const asked = { who: "the sink", pid: this.child.pid };
    this.#questions = new Questions(
      () => asked,
      (question) => this.child.send(question),
      deadline,
    );
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.ready = this.#questions.inTime("ready", promise);
    this.child.onMessage((raw) => {
      const message = raw as FromSink;
      if (message.type === "ready") resolve();
      else this.#questions.answered(message);
    });
    void this.child.exited.then((exit) => {
      const error = new Error(`the sink ${exit.how}\n${exit.stderrTail}`);
      reject(error);
      this.#questions.end(error);
    });
  }

  async open(receiver: ReceiverOptions): Promise<ReceiverEndpoints> {
    return (await this.#questions.ask({ type: "open", receiver }, "opened")).endpoints;
  }

  async windowOpen(receiver: string): Promise<void> {
    await this.#questions.ask({ type: "window-open", receiver }, "ok");
  }

  /** How many of these spans (ids, 8 bytes each, base64) were received. */
  async arrived(receiver: string, spanIds: string): Promise<number> {
    return spanIds === "" ? 0 : (await this.#questions.ask({ type: "arrived", receiver, spanIds }, "arrived")).count;
  }

  /** How many spans were received so far. */
  async received(receiver: string): Promise<number> {
    return (await this.#questions.ask({ type: "received", receiver }, "arrived")).count;
  }

  /** Ends a trial; the receiver goes on as that of `next`. */
  turn(receiver: string, next: string): Promise<ReceiverResult> {
    return this.#questions.ask({ type: "turn", receiver, next }, "closed");
  }

  async close(receiver: string): Promise<ReceiverResult> {
    await this.#questions.ask({ type: "arrived", receiver, spanIds: "" }, "arrived");
    return this.#questions.ask({ type: "close", receiver }, "closed");
  }
}
