/**
 * When requests leave, and to which lane: a pure function of the plan and its seed.
 *
 * Time is cut into slots, one for each arrival. Every slot deals the same request to every lane, in a
 * freshly shuffled order, evenly spread over the slot's interval (until the next slot). So each lane
 * meets the same requests, and each gets every place in the order equally often.
 */
import { deriveSeed, seededRandom, shuffled, type Random } from "../base/random.ts";

export interface SchedulePlan {
  readonly seed: number;
  /** Requests a second for each lane. */
  readonly ratePerSecond: number;
  readonly arrivals: "uniform" | "poisson";
  readonly warmupMs: number;
  readonly durationMs: number;
  /** How many lanes. */
  readonly lanes: number;
}

/** One request to one lane. Times are ms since the schedule's start. */
export interface Arrival {
  readonly type: "arrival";
  readonly dueMs: number;
  /** The request's id: the slot's number, from 1; the same for every lane of the slot. */
  readonly id: number;
  /** Index of the lane. */
  readonly lane: number;
  /** Start of the slot; the same for every lane. */
  readonly slotMs: number;
  /** Whether it belongs to the measured window, and not to the warm-up. */
  readonly measured: boolean;
}

/** The measured window opens, and ends: after these moments no request of the stretch before is due. */
interface Mark {
  readonly type: "window-open" | "window-end";
  readonly dueMs: number;
}

export type Step = Arrival | Mark;

/** Every step of the plan in the order it is due. */
export function* schedule(plan: SchedulePlan): Generator<Step, void, void> {
  const order = seededRandom(deriveSeed(plan.seed, "order"));
  const endMs = plan.warmupMs + plan.durationMs;
  const used = yield* stretch(plan, "warm-up", 0, plan.warmupMs, 0, order);
  yield { type: "window-open", dueMs: plan.warmupMs };
  yield* stretch(plan, "window", plan.warmupMs, endMs, used, order);
  yield { type: "window-end", dueMs: endMs };
}

/** The slots from `startMs` to `endMs`; returns the last id. Each stretch has a seed of its own, so that the window's arrivals do not hang on the length of the warm-up. */
function* stretch(
  plan: SchedulePlan,
  name: "warm-up" | "window",
  startMs: number,
  endMs: number,
  lastId: number,
  order: Random,
): Generator<Arrival, number, void> {
  const lanes = Array.from({ length: plan.lanes }, (_, index) => index);
  const measured = name === "window";
  const slots = SLOTS[plan.arrivals](plan.ratePerSecond, seededRandom(deriveSeed(plan.seed, "arrivals", name)));
  let id = lastId;
  let slotMs = startMs + slots.next().value;
  while (slotMs < endMs) {
    const nextMs = startMs + slots.next().value;
    const offsetMs = (Math.min(nextMs, endMs) - slotMs) / plan.lanes;
    id++;
    for (const [place, lane] of shuffled(lanes, order).entries()) {
      yield { type: "arrival", dueMs: slotMs + place * offsetMs, id, lane, slotMs, measured };
    }
    slotMs = nextMs;
  }
  return id;
}

/** Start times of slots in ms since the start of a stretch, without end. */
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
