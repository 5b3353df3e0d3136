import { deriveSeed, seededRandom } from "../base/random.ts";
import { phaseRow } from "../spec/phases.ts";
import type { Scenario } from "../spec/scenario.ts";
import type { Trial } from "./plan.ts";

/** From the one to the other of what the scenario says. */
const SPREAD = { least: 0.75, most: 1.25 };
/** Steps of it, taken modulo 1, are spread evenly however many they are. */
const GOLDEN_RATIO = (Math.sqrt(5) - 1) / 2;

/**
 * The least requests and ms before the first window of this trial's processes. Rounds differ in them, so that their
 * windows begin at different moments between two collections of V8's old generation: else all rounds of a variant
 * may have such a collection in their window, or none, and no interval shows it. Undefined: the time is given.
 */
export function leastWarmup(
  { seed, warmupLeast }: Pick<Scenario, "seed" | "warmupLeast">,
  { phase, round }: Pick<Trial, "phase" | "round">,
): Scenario["warmupLeast"] {
  if (warmupLeast === undefined || phaseRow(phase).warmupLeast === undefined) return undefined;
  const start = seededRandom(deriveSeed(seed, "warm-up"))();
  const share = SPREAD.least + ((start + round * GOLDEN_RATIO) % 1) * (SPREAD.most - SPREAD.least);
  return { requests: Math.round(share * warmupLeast.requests), ms: Math.round(share * warmupLeast.ms) };
}
