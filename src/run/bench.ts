import { withinTime } from "../base/clock.ts";
import type { Warning } from "../record/trial-record.ts";
import type { CollectorProcess } from "./collector/collector-process.ts";
import type { Deadline } from "./processes/deadline.ts";
import { LoadProcess } from "./processes/load-process.ts";
import { findPinning, type Pinning } from "./processes/pinning.ts";
import { SinkProcess } from "./processes/sink-process.ts";
import type { TargetProcesses } from "./target/target-processes.ts";

/** A sink that does not answer must not hold up the end. */
const DROP_WITHIN_MS = 3000;

/** What stays up between trials: the sink and the load generator, warm, on the cores that are not the target's. */
export class Bench {
  readonly pinning: Pinning | undefined;
  /** Of the trial that runs. */
  readonly deadline: Deadline;
  /** Warnings that hold for every trial. */
  readonly warnings: readonly Warning[];
  #helpers: { sink?: SinkProcess; load?: LoadProcess } = {};
  #kept: CollectorProcess | undefined;
  /** Warm and idle, by the id of the trial that is to have them. */
  readonly #passedOn = new Map<string, TargetProcesses>();

  constructor(deadline: Deadline) {
    this.deadline = deadline;
    const { pinning, reason } = findPinning();
    this.pinning = pinning;
    this.warnings = pinning === undefined ? [notPinned(reason)] : [];
  }

  /** A fresh one if the last has died or none was started. */
  async sink(): Promise<SinkProcess> {
    const sink = (this.#helpers.sink ??= this.#watch(new SinkProcess(this.pinning?.others, this.deadline)));
    await sink.ready;
    return sink;
  }

  /** A fresh one if the last has died or none was started. */
  async load(): Promise<LoadProcess> {
    const load = (this.#helpers.load ??= this.#watch(new LoadProcess(this.pinning?.others, this.deadline)));
    await load.ready;
    return load;
  }

  #watch<T extends SinkProcess | LoadProcess>(helper: T): T {
    void helper.child.exited.then(() => {
      const others = Object.entries(this.#helpers).filter(([, one]) => one !== helper);
      this.#helpers = Object.fromEntries(others);
      // their receivers have gone with it
      if (helper instanceof SinkProcess) void this.dropPassedOn();
    });
    return helper;
  }

  /** Whether the trial failed because sink or load process did not answer. */
  get isLate(): boolean {
    const { late } = this.deadline;
    return Object.values(this.#helpers).some(({ child }) => late?.pids.includes(child.pid) === true);
  }

  /** The sink has a receiver of that name for them. */
  passOn(target: TargetProcesses, trial: string): void {
    target.probes = 0;
    this.#passedOn.set(trial, target);
  }

  /** The processes that a trial has inherited; undefined if it is to start its own, also since one of them has ended. */
  async takeOver(trial: string): Promise<TargetProcesses | undefined> {
    const target = this.#passedOn.get(trial);
    if (target?.ended !== undefined) {
      await this.dropPassedOn([trial]);
      return undefined;
    }
    this.#passedOn.delete(trial);
    return target;
  }

  /** Whether they wait for a further trial. */
  isPassedOn(target: TargetProcesses): boolean {
    return [...this.#passedOn.values()].includes(target);
  }

  /** These trials, by default all, start fresh processes. */
  async dropPassedOn(trials: readonly string[] = [...this.#passedOn.keys()]): Promise<void> {
    const { sink } = this.#helpers;
    const dropped = trials.flatMap((trial) => {
      const target = this.#passedOn.get(trial);
      return target === undefined ? [] : [{ trial, target }];
    });
    for (const { trial } of dropped) this.#passedOn.delete(trial);
    const drops = dropped.map(async ({ trial, target }) => {
      await target.kill();
      await sink?.close(trial).catch(() => undefined);
    });
    await withinTime(Promise.all(drops), DROP_WITHIN_MS);
  }

  /** After a failed trial: whatever the processes were in the middle of, the next trial gets fresh ones. */
  async discard(): Promise<void> {
    const helpers = Object.values(this.#helpers);
    this.#helpers = {};
    await this.dropPassedOn();
    await Promise.all(helpers.map(({ child }) => child.kill()));
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
    await this.dropPassedOn();
    await Promise.all(Object.values(this.#helpers).map(({ child }) => child.stop()));
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
