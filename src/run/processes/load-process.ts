import { loadProcessPath } from "../../load/process-path.ts";
import type { FromLoad, LoadResult, LoadJob } from "../../load/job.ts";
import { answerWithin, ANSWER_WITHIN_MS } from "./answer-within.ts";
import { compileCache, startChild, type Child } from "./child.ts";

export interface WindowEvents {
  /** The services are warm and idle: the window opens when this resolves. */
  warm(): Promise<void>;
  /** The measured window has just opened, or closed: the moment to read counters. */
  opened(): void;
  closed(): void;
}

type Stage = "run" | Exclude<FromLoad["type"], "ready" | "done" | "failed">;

/** What follows each message by plan, in ms: the driver is silent for no longer, but for what an answer may take. */
function plannedMs(stage: Stage, { warmupMs, durationMs, timeoutMs }: LoadJob): number {
  if (stage === "run") return timeoutMs;
  if (stage === "warming") return warmupMs + timeoutMs;
  return stage === "window-open" ? durationMs + timeoutMs : 0;
}

/** The load generator, one process for a whole run. */
export class LoadProcess {
  readonly child: Child;
  readonly ready: Promise<void>;
  #listener: ((message: FromLoad) => void) | undefined;
  readonly #withinMs: number;

  constructor(cores: string | undefined, withinMs = ANSWER_WITHIN_MS) {
    this.#withinMs = withinMs;
    this.child = startChild({
      command: process.execPath,
      args: [loadProcessPath],
      env: compileCache(),
      ipc: true,
      cores,
    });
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.ready = this.#answer(promise, "ready", ANSWER_WITHIN_MS);
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
    const expectNext = (stage: Stage): void => {
      heard.resolve();
      heard = Promise.withResolvers<void>();
      this.#answer(heard.promise, stage, plannedMs(stage, job) + this.#withinMs).catch(reject);
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

  #answer<T>(answer: Promise<T>, question: string, ms: number): Promise<T> {
    return answerWithin(answer, { ms, who: "the load process", question, why: "it is stopped, or overloaded" });
  }
}
