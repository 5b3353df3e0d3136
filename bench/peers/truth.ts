/** What requests sent on time would have felt, and how evenly they came: by the books of the service that was loaded. */
import type { Log } from "./service.ts";

/** The service pauses in mid-window. */
export interface Stall {
  readonly forMs: number;
  /** The stretch over which requests are due, the stall in it. */
  readonly overMs: number;
}

/** What comes in a stall is read all at once after it: the service cannot know since when it waited. */
const AFTER_STALL_MS = 50;
const BIN_MS = 100;

/** How long the service held each request that it saw arrive from `openMs` to `closedMs`, ascending. */
export function heldMs({ arrivedMs, answeredMs, stalledToMs }: Log, openMs: number, closedMs: number): Float64Array {
  const held = answeredMs.map((answered, at) => answered - arrivedMs[at]!);
  return held
    .filter((ms, at) => {
      const arrived = arrivedMs[at]!;
      const waited = arrived >= stalledToMs && arrived < stalledToMs + AFTER_STALL_MS;
      return arrived >= openMs && arrived <= closedMs && !waited && !Number.isNaN(ms);
    })
    .toSorted();
}

/**
 * What evenly spaced requests would have felt, ascending: they are held as long as any, and those due in a stall
 * wait for its end before.
 */
export function feltMs(held: Float64Array, stall: Stall | undefined): Float64Array {
  if (stall === undefined) return held;
  const share = stall.forMs / stall.overMs;
  const stalled = Float64Array.from({ length: Math.round((held.length * share) / (1 - share)) }, (_, at) => at);
  const waited = stalled.map((at) => {
    const leftMs = stall.forMs * (1 - (at + 0.5) / stalled.length);
    // a step that has no factor in common with the length goes through all of them, in no order
    return leftMs + held[(at * 7919) % held.length]!;
  });
  return Float64Array.of(...held, ...waited).toSorted();
}

/** The smallest value that at least the share `p` of them does not exceed. */
export function quantileOf(ascending: Float64Array, p: number): number {
  return ascending[Math.max(0, Math.ceil(p * ascending.length) - 1)] ?? Number.NaN;
}

/** Variance of the arrivals in bins of 100 ms over their mean: 0 for a perfect comb, 1 for Poisson, more for bursts. Whole bins only. */
export function dispersionOf(arrivedMs: Float64Array, openMs: number, closedMs: number): number {
  const bins = Array.from({ length: Math.floor((closedMs - openMs) / BIN_MS) }, () => 0);
  for (const arrived of arrivedMs) {
    const bin = Math.floor((arrived - openMs) / BIN_MS);
    if (bin >= 0 && bin < bins.length) bins[bin]!++;
  }
  const mean = bins.reduce((sum, count) => sum + count, 0) / bins.length;
  return bins.reduce((sum, count) => sum + (count - mean) ** 2, 0) / bins.length / mean;
}
