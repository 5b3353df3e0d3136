/**
 * Warming up under load: the lanes are dealt requests as fast as the slowest of them answers, each the same ones.
 * Compilers, caches and pools reach their steady state after thousands of requests, not after seconds.
 */
import { setImmediate } from "node:timers/promises";
import { withinTime } from "../deadline.ts";
import type { OpenLane } from "./lane.ts";

/**
 * For each lane as many as it answers while one of them waits, at half a ms of CPU each, within bounds: a service that
 * waits for others is kept busy, and one that does not has no queues filled, whose garbage V8 would collect in the window.
 */
const IN_FLIGHT = { perMs: 2, leastEach: 4, mostEach: 16, mostTogether: 96 };
/**
 * At first one at a time: V8 settles how it lays out requests and sockets when it has seen the first ones from beginning
 * to end, and where they overlap, it settles otherwise in each process. A slow service gets a share of the time for it.
 */
const ALONE_AT_FIRST = { requests: 100, share: 0.2 };
/** Far from those of the schedule, which count from 1. */
const FIRST_ID = 1_000_000_000;

/** Lanes, and how to wait for them. Times are ms of `nowMs`. */
export interface OpenLanes {
  readonly lanes: readonly Pick<OpenLane, "deal" | "open">[];
  readonly nowMs: () => number;
  /** Resolves when a request ends that has not ended yet. */
  readonly nextEnd: () => Promise<void>;
}

export async function runIn({ lanes, nowMs, nextEnd }: OpenLanes, durationMs: number): Promise<void> {
  const startMs = nowMs();
  const untilMs = startMs + durationMs;
  const aloneUntilMs = startMs + ALONE_AT_FIRST.share * durationMs;
  const aloneMs: number[] = [];
  let inFlight: number | undefined;
  for (let id = FIRST_ID; nowMs() < untilMs; id++) {
    const alone = id < FIRST_ID + ALONE_AT_FIRST.requests && nowMs() < aloneUntilMs;
    if (!alone) inFlight ??= inFlightFor(aloneMs, lanes.length);
    const [atOnce, waitUntilMs] = alone ? [1, aloneUntilMs] : [inFlight!, untilMs];
    const isFull = (): boolean => lanes.some(({ open }) => open >= atOnce);
    const dueMs = nowMs();
    for (const [lane, each] of lanes.entries())
      each.deal({ type: "arrival", dueMs, id, lane, slotMs: dueMs, measured: false });
    // the answers' turn, also where requests fail before they are sent
    await setImmediate();
    while (isFull() && nowMs() < waitUntilMs) await withinTime(nextEnd(), waitUntilMs - nowMs());
    if (alone) aloneMs.push(nowMs() - dueMs);
  }
}

/** For a service that took so long for each of the requests that were alone; the least where there were none. */
function inFlightFor(aloneMs: readonly number[], lanes: number): number {
  const { perMs, leastEach, mostEach, mostTogether } = IN_FLIGHT;
  const usualMs = aloneMs.toSorted((a, b) => a - b)[aloneMs.length >> 1] ?? 0;
  const most = Math.min(mostEach, Math.floor(mostTogether / lanes));
  return Math.max(leastEach, Math.min(most, Math.ceil(perMs * usualMs)));
}

/** Waits until no request is open, at most `ms`. */
export async function drain({ lanes, nowMs, nextEnd }: OpenLanes, ms: number): Promise<void> {
  const untilMs = nowMs() + ms;
  while (lanes.some(({ open }) => open > 0) && nowMs() < untilMs) await withinTime(nextEnd(), untilMs - nowMs());
}
