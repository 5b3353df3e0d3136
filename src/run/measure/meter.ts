import { total } from "../../base/sum-of.ts";
import { withinTime } from "../../base/clock.ts";
import type { FlushCounts, Usage } from "../../target/protocol.ts";
import { beginProfile, endProfile } from "./profiled.ts";
import {
  cpuBetween,
  mainThreadsBetween,
  machineTime,
  processTrees,
  readCpu,
  readCpuOfTrees,
  type CpuReading,
} from "../processes/accounting.ts";
import { InstructionCounter } from "./instructions.ts";
import type { Flush, Measured, Reading } from "./measured.ts";
import type { CollectorProcess } from "../collector/collector-process.ts";
import type { TargetProcesses } from "../target/target-processes.ts";

/** A backend that hangs must not hold the window open for ever. */
export const FLUSH_WITHIN_MS = 3000;

/** What a meter reads. */
interface MeteredParts {
  readonly target: TargetProcesses;
  /** Of the processes that the load goes to. */
  readonly service: string;
  readonly driverPid: number;
  /** The driver starts an engine: its processes count too. */
  readonly driverIsTree?: boolean;
  readonly sinkPid: number;
  /** By plan. */
  readonly windowMs: number;
  readonly collector?: CollectorProcess | undefined;
  /** The window is profiled, and the profiles of the target's processes are kept under this path. */
  readonly profilePath?: string | undefined;
  /** Where the threads of a profiled process run but its main one. */
  readonly otherCores?: string | undefined;
  /** Of the target in the window, by hardware counters. */
  readonly countsInstructions?: boolean;
}

type Edge = { readonly atMs: number; readonly target: CpuReading | undefined } | undefined;

/** Reads the kernel's and the process's own counters at the window's edges. */
export class Meter {
  /** The counts are read: the processes may end. */
  finished = false;
  readonly #parts: MeteredParts;
  #open: Reading | undefined;
  #drained: Reading | undefined;
  #middle: Edge;
  #timer: NodeJS.Timeout | undefined;
  #usageAtOpen: Promise<readonly Usage[]> = Promise.resolve([]);
  #settled: Flush | undefined;
  #instructions: InstructionCounter | undefined;
  #measured: Measured | undefined;

  constructor(parts: MeteredParts) {
    this.#parts = parts;
  }

  /**
   * Before the first request: collects the garbage of starting. V8 would do so by itself in the midst of the warm-up, and
   * whether an object of a kind is alive at that moment decides how the functions that make such objects are compiled
   * ever after: one process in six had a slower `process.nextTick`, which was 8 % of a small service's CPU.
   */
  async collectGarbage(): Promise<void> {
    await this.#usage(true);
  }

  /**
   * Before the window: exports what the warm-up left in queues, so that the window does not pay for it. Garbage is not
   * collected here: a forced collection throws compiled code away, and raised CPU per request by a third.
   */
  async settle(): Promise<void> {
    const { target, countsInstructions, profilePath, otherCores } = this.#parts;
    this.#settled = await this.#flush();
    target.forgetEnded();
    if (countsInstructions === true) this.#instructions = await InstructionCounter.start(target.pids());
    if (profilePath !== undefined) await beginProfile(target.lines, otherCores);
  }

  /** Whether the window has opened. */
  get opened(): boolean {
    return this.#open !== undefined;
  }

  open(): void {
    this.#open = this.#read();
    this.#instructions?.enable();
    for (const line of this.#parts.target.lines) line.ask({ type: "window-open" }, "ok").catch(() => undefined);
    this.#usageAtOpen = this.#usage(false);
    this.#usageAtOpen.catch(() => undefined);
    this.#timer = setTimeout(() => {
      this.#middle = { atMs: performance.now(), target: this.#parts.target.readCpu() };
    }, this.#parts.windowMs / 2);
  }

  /** Whatever became of the trial: nothing of it goes on. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#instructions?.end();
  }

  drained(): void {
    clearTimeout(this.#timer);
    this.#drained = this.#read();
  }

  /**
   * Flushes what is queued, so that the window pays for all its spans, and takes the last readings. The heap is known only
   * if the processes are to end: it takes a forced collection.
   */
  async close(isLast = true): Promise<void> {
    const usageAtDrained = await this.#usage(false);
    const flushStart = performance.now();
    const flush = await this.#flush();
    const flushMs = performance.now() - flushStart;
    this.#instructions?.disable();
    const closed = this.#read();
    const { target, profilePath } = this.#parts;
    const profile = profilePath === undefined ? undefined : await endProfile(target.lines, profilePath);
    const usageAtClose = await this.#usage(false);
    const collected = isLast ? await this.#usage(true) : undefined;
    const instructions = await this.#instructions?.read();
    const heapBytes = collected && total(collected, ({ heapUsedBytes }) => heapUsedBytes);
    this.#measured = {
      open: this.#open!,
      drained: this.#drained!,
      closed,
      ...this.#halves(),
      usageAtOpen: await this.#usageAtOpen,
      usageAtDrained,
      usageAtClose,
      nodePids: this.#nodePids(),
      rssBytes: this.#parts.target.readRssBytes(),
      ...(heapBytes !== undefined && { heapBytes }),
      ...(profile && { profile }),
      ...(instructions !== undefined && { instructions }),
      flushMs,
      flush,
      settled: this.#settled,
    };
  }

  get measured(): Measured {
    if (this.#measured === undefined) throw new Error("the meter is read before its window has closed");
    return this.#measured;
  }

  /**
   * Share of one core that it took while under load; 0 if the kernel has no such figure. `elsewhere`: the threads of a profiled
   * target that are not on its core.
   */
  coreShare(who: "target" | "elsewhere" | "collector"): number {
    const { open, drained } = this.measured;
    const of = who === "elsewhere" ? "target" : who;
    const { totalUs } = cpuBetween(open[of], drained[of]) ?? { totalUs: 0 };
    const mainUs = mainThreadsBetween(open.target, drained.target, this.measured.nodePids) ?? totalUs;
    const onItsCoreUs = of === "target" && this.#parts.profilePath !== undefined ? mainUs : totalUs;
    return (who === "elsewhere" ? totalUs - onItsCoreUs : onItsCoreUs) / ((drained.atMs - open.atMs) * 1000);
  }

  /** Of Node the main threads alone: V8's collections, which others of its threads do, fall into one half or the other. */
  #halves(): Pick<Measured, "firstHalfUsPerMs" | "secondHalfUsPerMs"> {
    const [open, middle, drained] = [this.#open!, this.#middle, this.#drained!];
    const pids = this.#nodePids();
    const usPerMs = (from: Edge, to: Edge): number | undefined => {
      const ends = [from?.target, to?.target] as const;
      const us = pids.length > 0 ? mainThreadsBetween(...ends, pids) : cpuBetween(...ends)?.totalUs;
      return us && us / (to!.atMs - from!.atMs);
    };
    return { firstHalfUsPerMs: usPerMs(open, middle), secondHalfUsPerMs: usPerMs(middle, drained) };
  }

  async #flush(): Promise<Flush> {
    const { target, service } = this.#parts;
    const answers: (FlushCounts & { readonly isFront: boolean })[] = [];
    const flushes = target.lines.map(async (line) => {
      answers.push({ ...(await line.ask({ type: "flush" }, "flushed")), isFront: line.hello.service === service });
    });
    const isInTime = await withinTime(Promise.all(flushes), FLUSH_WITHIN_MS);
    const known = (name: "pendingSpans" | "spansStarted"): number | undefined => {
      const counts = answers.flatMap((answer) => answer[name] ?? []);
      return counts.length === 0 ? undefined : total(counts, (count) => count);
    };
    return {
      isInTime,
      lostSpans: total(answers, ({ lostSpans }) => lostSpans),
      pendingSpans: known("pendingSpans"),
      spansStarted: known("spansStarted"),
      requestsStarted: total(answers, ({ isFront, requestsStarted }) => (isFront ? requestsStarted : 0)),
    };
  }

  #nodePids(): number[] {
    return this.#parts.target.lines.map(({ hello }) => hello.pid);
  }

  async #usage(collectGarbage: boolean): Promise<readonly Usage[]> {
    const answers = await Promise.all(
      this.#parts.target.lines.map((line) => line.ask({ type: "usage", collectGarbage }, "usage")),
    );
    return answers.map(({ usage }) => usage);
  }

  #read(): Reading {
    const { driverPid, driverIsTree } = this.#parts;
    return {
      atMs: performance.now(),
      epochMs: Date.now(),
      target: this.#parts.target.readCpu(),
      driver: driverIsTree ? readCpuOfTrees(() => processTrees([driverPid])) : readCpu([driverPid]),
      sink: readCpu([this.#parts.sinkPid]),
      collector: this.#parts.collector?.readCpu(),
      machine: machineTime(),
    };
  }
}
