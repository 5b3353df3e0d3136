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
  /** CPU of the target in each half of the window, as µs per ms. */
  readonly firstHalfUsPerMs: number | undefined;
  readonly secondHalfUsPerMs: number | undefined;
  readonly usageAtOpen: readonly Usage[];
  readonly usageAtClose: readonly Usage[];
  /** Memory of the processes of a command. */
  readonly rssBytes: number | undefined;
  /** Heap after a garbage collection, if the processes were about to end. */
  readonly heapBytes?: number;
  /** If the window was profiled. */
  readonly profile?: Profiled;
  /** Of the target, if the machine counts them. */
  readonly instructions?: number;
  readonly flushMs: number;
  readonly flushed: boolean;
  /** In the window, if the target counts them and was flushed in time before and after it. */
  readonly spansStarted?: number;
  /** How the warm-up was put behind, before the window opened; undefined where it is not: in the closed loop. */
  readonly settled: Settled | undefined;
}

export interface Settled {
  /** Whether what the warm-up left in queues was exported in time. */
  readonly flushed: boolean;
  readonly lostSpans: number;
  /** So far; undefined if they are not counted. */
  readonly spansStarted?: number | undefined;
}
