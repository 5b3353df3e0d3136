import { siblingModule } from "../../base/sibling.ts";
import type { FromLoad, LoadResult, LoadJob } from "../../load/job.ts";
import { startNode, type Child } from "./child.ts";
import type { Deadline } from "./deadline.ts";

/**
 * A collection of young objects takes 2 to 5 ms, in which nothing is sent: with V8's 16 MB, p99 of the lateness is that
 * time. The driver collects young objects before each window, and one of a few seconds then fits; all objects only before it warms up,
 * because then V8 throws compiled code away, and the first requests of a window were late.
 */
const YOUNG_MB = 128;
const NODE_OPTIONS = [`--min-semi-space-size=${YOUNG_MB}`, `--max-semi-space-size=${YOUNG_MB}`, "--expose-gc"];

export interface WindowEvents {
  /** The services are warm and idle: the window opens when this resolves. */
  warm(): Promise<void>;
  /** The measured window has just opened, or closed: the moment to read counters. */
  opened(): void;
  closed(): void;
}

/** The load generator, one process for a whole run. */
export class LoadProcess {
  readonly child: Child;
  readonly ready: Promise<void>;
  #listener: ((message: FromLoad) => void) | undefined;
  readonly #deadline: Deadline;

  constructor(cores: string | undefined, deadline: Deadline) {
    this.#deadline = deadline;
    this.child = startNode(siblingModule(import.meta.url, "../../load/process"), cores, NODE_OPTIONS);
    const ready = Promise.withResolvers<void>();
    this.ready = this.#inTime("ready", ready.promise);
    this.child.onMessage((raw) => {
      const message = raw as FromLoad;
      if (message.type === "ready") ready.resolve();
      else this.#listener?.(message);
    });
    void this.child.exited.then((exit) => {
      const message = `the load process ${exit.how}\n${exit.stderrTail}`;
      ready.reject(new Error(message));
      this.#listener?.({ type: "failed", message });
    });
  }

  async run(job: LoadJob, events: WindowEvents): Promise<readonly LoadResult[]> {
    const warm = Promise.withResolvers<undefined>();
    const done = Promise.withResolvers<readonly LoadResult[]>();
    done.promise.catch(() => undefined);
    this.#listener = (message) => {
      if (message.type === "done") done.resolve(message.results);
      else if (message.type === "failed") done.reject(new Error(message.message));
      else if (message.type === "warm") warm.resolve(undefined);
      else if (message.type === "window-open") events.opened();
      else if (message.type === "window-closed") events.closed();
    };
    await this.child.send({ type: "run", job });
    // the closed loop does not pause for its services
    const results = await this.#inTime("run", Promise.race([warm.promise, done.promise]));
    if (results !== undefined) return results;
    // the services settle, which is no work of the driver's
    await events.warm();
    await this.child.send({ type: "open" });
    return this.#inTime("open", done.promise);
  }

  #inTime<T>(question: string, answer: Promise<T>): Promise<T> {
    return this.#deadline.wait({ who: "the load process", pid: this.child.pid, question }, answer);
  }
}
