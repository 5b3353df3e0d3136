import { loadProcessPath } from "../../load/process-path.ts";
import type { FromLoad, LoadResult, LoadJob } from "../../load/job.ts";
import { compileCache, startChild, type Child } from "./child.ts";
import type { Deadline } from "./deadline.ts";

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
  readonly #deadline: Deadline | undefined;

  /** Without a deadline, messages are waited for as long as the process lives. */
  constructor(cores: string | undefined, deadline?: Deadline) {
    this.#deadline = deadline;
    this.child = startChild({
      command: process.execPath,
      args: [loadProcessPath],
      env: compileCache(),
      ipc: true,
      cores,
    });
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.ready = this.#inTime("ready", promise);
    this.child.onMessage((raw) => {
      const message = raw as FromLoad;
      if (message.type === "ready") resolve();
      else this.#listener?.(message);
    });
    void this.child.exited.then((exit) => {
      const message = `the load process ${exit.how}\n${exit.stderrTail}`;
      reject(new Error(message));
      this.#listener?.({ type: "failed", message });
    });
  }

  async run(job: LoadJob, events: WindowEvents): Promise<readonly LoadResult[]> {
    const { promise, resolve, reject } = Promise.withResolvers<readonly LoadResult[]>();
    let heard = Promise.withResolvers<void>();
    const expectNext = (stage: string): void => {
      heard.resolve();
      heard = Promise.withResolvers<void>();
      this.#inTime(stage, heard.promise).catch(reject);
    };
    this.#listener = (message) => {
      if (message.type === "done") resolve(message.results);
      else if (message.type === "failed") reject(new Error(message.message));
      else if (message.type === "warm") {
        // the services settle first, which is no work of the driver's
        heard.resolve();
        void events.warm().then(() => {
          expectNext("warm");
          return this.child.send({ type: "open" });
        }, reject);
      } else if (message.type !== "ready") {
        if (message.type === "window-open") events.opened();
        else if (message.type === "window-closed") events.closed();
        expectNext(message.type);
      }
    };
    expectNext("run");
    await this.child.send({ type: "run", job });
    return promise.finally(() => {
      heard.resolve();
      this.#listener = undefined;
    });
  }

  #inTime<T>(question: string, answer: Promise<T>): Promise<T> {
    return this.#deadline?.wait({ who: "the load process", pid: this.child.pid, question }, answer) ?? answer;
  }
}
