/**
 * Warming up under load: the targets are dealt requests as fast as the slowest of them answers, each the same ones.
 * Compilers, caches and pools reach their steady state after thousands of requests, not after seconds.
 */
import { setImmediate, setTimeout as sleep } from "node:timers/promises";
import { median } from "../../base/median.ts";
import { withinTime } from "../../base/clock.ts";
import type { LoadJob } from "../job.ts";
import type { TargetLoad } from "./target-load.ts";

/**
 * For each target as many as it answers while one of them waits, at half a ms of CPU each, within bounds, of which
 * `mostTogether` outweighs `leastEach`: a service that waits for others is kept busy, and one that does not has no queues filled,
 * whose garbage V8 would collect in the window.
 */
const IN_FLIGHT = { perMs: 2, leastEach: 4, mostEach: 16, mostTogether: 96 };
/**
 * At first one at a time, of all targets: V8 settles how it lays out requests and sockets when it has seen the first ones
 * from beginning to end. If they overlap, it settles differently in each process. And only a request that is alone on
 * the core shows how long it takes. A slow service gets a share of the time for it.
 */
const ALONE_AT_FIRST = { requestsEach: 100, share: 0.2 };
/** Far from those of the schedule, which count from 1. */
const FIRST_ID = 1_000_000_000;

/** Targets, and how to wait for them. Times are ms of `nowMs`. */
export interface TargetLoads {
  readonly targets: readonly Pick<TargetLoad, "deal" | "open">[];
  readonly nowMs: () => number;
  /** Resolves when a request ends that has not ended yet. */
  readonly nextEnd: () => Promise<void>;
}

export async function runIn(
  { targets, nowMs, nextEnd }: TargetLoads,
  { warmupMs, warmupLeast: least = { requests: Infinity, ms: 0 } }: Pick<LoadJob, "warmupMs" | "warmupLeast">,
): Promise<void> {
  const startMs = nowMs();
  const untilMs = startMs + warmupMs;
  const isWarm = (): boolean => id >= FIRST_ID + least.requests && nowMs() >= startMs + least.ms;
  const aloneUntilMs = startMs + ALONE_AT_FIRST.share * warmupMs;
  let id = FIRST_ID;
  /** Deals a request to each of these targets, and waits until none has as many as `full`; returns how long that took, ms. */
  const deal = async (to: readonly number[], full: number, waitUntilMs: number): Promise<number> => {
    const dueMs = nowMs();
    for (const target of to)
      targets[target]!.deal({ type: "arrival", dueMs, id, target, slotMs: dueMs, measured: false });
    // the answers' turn, also if requests fail before they are sent
    await setImmediate();
    const isFull = (): boolean => targets.some(({ open }) => open >= full);
    while (isFull() && nowMs() < waitUntilMs) await withinTime(nextEnd(), waitUntilMs - nowMs());
    return nowMs() - dueMs;
  };
  const all = [...targets.keys()];
  const aloneMs: number[] = [];
  for (; id < FIRST_ID + ALONE_AT_FIRST.requestsEach && nowMs() < aloneUntilMs; id++) {
    for (const target of all) {
      const inTime = nowMs() < aloneUntilMs;
      const tookMs = await deal([target], 1, aloneUntilMs);
      if (inTime) aloneMs.push(tookMs);
    }
  }
  const inFlight = inFlightFor(aloneMs, targets.length);
  for (; !isWarm() && nowMs() < untilMs; id++) await deal(all, inFlight, untilMs);
}

/** Deals requests at the window's rate, with even gaps, whatever the targets do. */
export async function runInAtRate(
  { targets, nowMs }: TargetLoads,
  { warmupMs, ratePerSecond }: Pick<LoadJob, "warmupMs" | "ratePerSecond">,
): Promise<void> {
  const startMs = nowMs();
  const count = Math.ceil((warmupMs * ratePerSecond) / 1000);
  for (let at = 0; at < count; at++) {
    const dueMs = startMs + (at * 1000) / ratePerSecond;
    const aheadMs = dueMs - nowMs();
    // the answers' turn, also if it is late
    await (aheadMs > 0 ? sleep(Math.ceil(aheadMs)) : setImmediate());
    for (const [target, one] of targets.entries())
      one.deal({ type: "arrival", dueMs, id: FIRST_ID + at, target, slotMs: dueMs, measured: false });
  }
}

/** For services that took so long for each of the requests that were alone; the least if there were none. */
function inFlightFor(aloneMs: readonly number[], targets: number): number {
  const { perMs, leastEach, mostEach, mostTogether } = IN_FLIGHT;
  const usualMs = median(aloneMs) ?? 0;
  const each = Math.min(mostEach, Math.max(leastEach, Math.ceil(perMs * usualMs)));
  return Math.max(1, Math.min(each, Math.floor(mostTogether / targets)));
}

/** Waits until no request is open, at most `ms`. */
export async function drain({ targets, nowMs, nextEnd }: TargetLoads, ms: number): Promise<void> {
  const untilMs = nowMs() + ms;
  while (targets.some(({ open }) => open > 0) && nowMs() < untilMs) await withinTime(nextEnd(), untilMs - nowMs());
}
