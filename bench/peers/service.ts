/** The service that drivers are set on, in a process of its own. */
import { siblingModule } from "../../src/base/sibling.ts";
import { startChild, type Child } from "../../src/run/processes/child.ts";
import { bound, type Context } from "./section.ts";

export type ToService =
  | { readonly type: "count" }
  | { readonly type: "log" }
  | { readonly type: "stall"; readonly afterMs: number; readonly forMs: number };

export type FromService =
  | { readonly type: "listening"; readonly origin: string }
  /** Requests since the start, by the service's own clock. */
  | { readonly type: "count"; readonly atMs: number; readonly requests: number }
  | (Log & { readonly type: "log" });

/** What a delayed service did, by the same clock; NaN where it did not. */
export interface Log {
  /** Of each request, in the order they came. */
  readonly arrivedMs: Float64Array;
  /** Shorter where the last are without an answer. */
  readonly answeredMs: Float64Array;
  /** When its stall ended. */
  readonly stalledToMs: number;
}

type Answer<T extends FromService["type"]> = Extract<FromService, { type: T }>;
export type Count = Answer<"count">;

export class Service implements AsyncDisposable {
  readonly #child: Child;
  readonly #bound: AsyncDisposable;
  #awaited: PromiseWithResolvers<FromService> = Promise.withResolvers();
  #origin = "";

  private constructor(child: Child, signal: AbortSignal) {
    this.#child = child;
    this.#bound = bound(child, signal);
    child.onMessage((message) => this.#awaited.resolve(message as FromService));
    void child.exited.then(({ how, stderrTail }) =>
      this.#awaited.reject(new Error(`the service ${how}\n${stderrTail}`)),
    );
  }

  /** One that answers at once, or after seeded delays. */
  static async start({ pinning, signal }: Context, delaySeed?: number): Promise<Service> {
    const module = siblingModule(import.meta.url, "./service-process");
    const args = delaySeed === undefined ? [module] : [module, "--delayed", String(delaySeed)];
    const child = startChild({ command: process.execPath, args, ipc: true, cores: pinning?.target });
    const service = new Service(child, signal);
    service.#origin = ((await service.#awaited.promise) as Answer<"listening">).origin;
    return service;
  }

  get origin(): string {
    return this.#origin;
  }

  count(): Promise<Count> {
    return this.#ask("count");
  }

  log(): Promise<Log> {
    return this.#ask("log");
  }

  /** After that time nothing is read or answered for so long. */
  stall(afterMs: number, forMs: number): void {
    void this.#child.send({ type: "stall", afterMs, forMs });
  }

  [Symbol.asyncDispose](): PromiseLike<void> {
    this.#awaited.promise.catch(() => undefined);
    return this.#bound[Symbol.asyncDispose]();
  }

  /** One question at a time. */
  async #ask<T extends "count" | "log">(type: T): Promise<Answer<T>> {
    this.#awaited = Promise.withResolvers();
    void this.#child.send({ type });
    return (await this.#awaited.promise) as Answer<T>;
  }
}
