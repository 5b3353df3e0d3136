import type { Warning } from "../record/trial-record.ts";
import type { CollectorProcess } from "./collector/collector-process.ts";
import type { Deadline } from "./processes/deadline.ts";
import { LoadProcess } from "./processes/load-process.ts";
import { findPinning, type Pinning } from "./processes/pinning.ts";
import { SinkProcess } from "./processes/sink-process.ts";

/** What stays up between trials: the sink and the load generator, warm, on the cores that are not the target's. */
export class Bench {
  readonly pinning: Pinning | undefined;
  /** Of the trial that runs. */
  readonly deadline: Deadline;
  /** Warnings that hold for every trial. */
  readonly warnings: readonly Warning[];
  #sink: SinkProcess | undefined;
  #load: LoadProcess | undefined;
  #kept: CollectorProcess | undefined;

  constructor(deadline: Deadline) {
    this.deadline = deadline;
    const { pinning, reason } = findPinning();
    this.pinning = pinning;
    this.warnings = pinning === undefined ? [notPinned(reason)] : [];
  }

  /** The sink; a fresh one where the last has died or none was started. */
  async sink(): Promise<SinkProcess> {
    if (this.#sink === undefined) {
      const sink = new SinkProcess(this.pinning?.others, this.deadline);
      this.#sink = sink;
      void sink.child.exited.then(() => this.#sink === sink && (this.#sink = undefined));
    }
    await this.#sink.ready;
    return this.#sink;
  }

  async load(): Promise<LoadProcess> {
    if (this.#load === undefined) {
      const load = new LoadProcess(this.pinning?.others, this.deadline);
      this.#load = load;
      void load.child.exited.then(() => this.#load === load && (this.#load = undefined));
    }
    await this.#load.ready;
    return this.#load;
  }

  /** Whether the trial failed because sink or load process did not answer. */
  get isLate(): boolean {
    const { late } = this.deadline;
    return [this.#sink, this.#load].some((one) => one !== undefined && late?.pids.includes(one.child.pid) === true);
  }

  /** After a failed trial: whatever the processes were in the middle of, the next trial gets fresh ones. */
  async discard(): Promise<void> {
    const children = [this.#sink?.child, this.#load?.child].filter((child) => child !== undefined);
    this.#sink = undefined;
    this.#load = undefined;
    await Promise.all(children.map((child) => child.kill()));
  }

  /** Keeps a Collector beyond its trial, in the place of the one before. */
  async keep(collector: CollectorProcess | undefined): Promise<void> {
    if (collector === undefined) return;
    const before = this.#kept;
    this.#kept = collector;
    await before?.kill();
  }

  /** Ends all processes, but for the Collector that is kept; returns where that is. */
  async close(): Promise<ReturnType<CollectorProcess["release"]>> {
    await Promise.all([this.#sink?.child.stop(), this.#load?.child.stop()]);
    return this.#kept?.release();
  }
}

function notPinned(reason: string): Warning {
  return {
    code: "not-pinned",
    message: `target, driver and sink share the cores, since ${reason}`,
    fix: "run on Linux with taskset (package util-linux) and at least two cores",
  };
}
