/**
 * When requests leave, and to which target: a pure function of the plan and its seed.
 *
 * Time is cut into slots, one for each arrival. Every slot deals the same request to every target, in a
 * freshly shuffled order, evenly spread over the slot's interval (until the next slot). So each target
 * meets the same requests, and each gets every place in the order equally often.
 */
import { deriveSeed, seededRandom, shuffled, type Random } from "../base/random.ts";

export interface SchedulePlan {
  readonly seed: number;
  /** Requests a second for each target. */
  readonly ratePerSecond: number;
  readonly arrivals: "uniform" | "poisson";
  readonly durationMs: number;
  /** How many targets. */
  readonly targets: number;
}

/** One request to one target. Times are ms since the schedule's start, when the window opens. */
export interface Arrival {
  readonly type: "arrival";
  readonly dueMs: number;
  /** The request's id: the slot's number, from 1; the same for every target of the slot. */
  readonly id: number;
  /** Index of the target. */
  readonly target: number;
  /** Start of the slot; the same for every target. */
  readonly slotMs: number;
  /** Whether it belongs to the measured window, and not to the warm-up before it. */
  readonly measured: boolean;
}

/** The measured window opens, and ends: after this moment no request is due. */
interface Mark {
  readonly type: "window-open" | "window-end";
  readonly dueMs: number;
}

export type Step = Arrival | Mark;

/** Every step of the plan in the order it is due. */
export function* schedule(plan: SchedulePlan): Generator<Step, void, void> {
  const { seed, ratePerSecond, durationMs } = plan;
  const order = seededRandom(deriveSeed(seed, "order"));
  const targets = Array.from({ length: plan.targets }, (_, index) => index);
  const slots = SLOTS[plan.arrivals](ratePerSecond, seededRandom(deriveSeed(seed, "arrivals", "window")));
  yield { type: "window-open", dueMs: 0 };
  let slotMs = slots.next().value;
  for (let id = 1; slotMs < durationMs; id++) {
    const nextMs = slots.next().value;
    const offsetMs = (Math.min(nextMs, durationMs) - slotMs) / targets.length;
    for (const [place, target] of shuffled(targets, order).entries()) {
      yield { type: "arrival", dueMs: slotMs + place * offsetMs, id, target, slotMs, measured: true };
    }
    slotMs = nextMs;
  }
  yield { type: "window-end", dueMs: durationMs };
}

/** Start times of slots in ms since the window's opening, without end. */
const SLOTS: Readonly<Record<SchedulePlan["arrivals"], (rate: number, random: Random) => Generator<number, never>>> = {
  *uniform(rate) {
    for (let slot = 0; ; slot++) yield (slot * 1000) / rate;
  },
  /** Independent exponential gaps with the mean of 1/rate, by inversion. */
  *poisson(rate, random) {
    for (let at = 0; ;) {
      at -= (Math.log1p(-random()) * 1000) / rate;
      yield at;
    }
  },
};
