/** What a meter has read of one trial. */
import type { Usage } from "../../target/protocol.ts";
import type { CpuReading, MachineTime } from "../processes/accounting.ts";
import type { Profiled } from "./profiled.ts";

export interface Reading {
  readonly atMs: number;
  readonly epochMs: number;
  readonly target: CpuReading | undefined;
  readonly driver: CpuReading | undefined;
  readonly sink: CpuReading | undefined;
  /** Undefined without one, too. */
  readonly collector?: CpuReading | undefined;
  readonly machine: MachineTime;
}

/** The readings of one trial: at the window's opening, in its middle, when the load has drained, and after the flush. */
export interface Measured {
  readonly open: Reading;
  readonly drained: Reading;
  readonly closed: Reading;
  /** CPU of the target in each half of the window, of Node's main threads alone, as µs per ms. */
  readonly firstHalfUsPerMs: number | undefined;
  readonly secondHalfUsPerMs: number | undefined;
  readonly usageAtOpen: readonly Usage[];
  /** Under load, before the flush: in which a service waits. */
  readonly usageAtDrained: readonly Usage[];
  readonly usageAtClose: readonly Usage[];
  /** The processes that report of themselves: Node's, traced by Spantoll. */
  readonly nodePids: readonly number[];
  /** Memory of the processes of a command. */
  readonly rssBytes: number | undefined;
  /** Heap after a garbage collection, if the processes were about to end. */
  readonly heapBytes?: number;
  /** If the window was profiled. */
  readonly profile?: Profiled;
  /** Of the target, if the machine counts them. */
  readonly instructions?: number;
  readonly flushMs: number;
  /** The final flush. */
  readonly flush: Flush;
  /** The flush of what the warm-up left in queues, before the window opened; undefined if there is none: in the closed loop. */
  readonly settled: Flush | undefined;
}

/** A flush of all processes, and what they had counted after it. */
export interface Flush {
  /** Whether all have answered in time. */
  readonly isInTime: boolean;
  readonly lostSpans: number;
  /** Sampled spans that are not exported after it; undefined if they are not counted. */
  readonly pendingSpans: number | undefined;
  /** So far; undefined if they are not counted. */
  readonly spansStarted: number | undefined;
  /** So far, by the processes that the load goes to. */
  readonly requestsStarted: number;
}

/** Whether it has exported all: undefined if that is not known. */
export function hasExportedAll({ isInTime, pendingSpans }: Flush): boolean | undefined {
  if (!isInTime) return false;
  return pendingSpans === undefined ? undefined : pendingSpans === 0;
}
