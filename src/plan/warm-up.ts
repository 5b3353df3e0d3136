import { deriveSeed, seededRandom } from "../base/random.ts";
import { phaseRow, type Phase } from "../spec/phases.ts";
import type { Scenario } from "../spec/scenario.ts";
import type { Trial } from "./plan.ts";

type WarmedUp = Pick<Scenario, "warmupMs" | "warmupLeast" | "target" | "collectors">;

/** Shares of the scenario's `warmupLeast`: of the shortest and of the longest round. */
const SHARES = [0.75, 1.25] as const;
/** Multiples of it, modulo 1, are spread evenly for any number of rounds. */
const GOLDEN_RATIO = (Math.sqrt(5) - 1) / 2;

/** How long the warm-up of this phase's processes may take, in ms. */
export function warmupRange(scenario: WarmedUp, phase: Phase): { readonly leastMs: number; readonly mostMs: number } {
  const mostMs = scenario.warmupMs[phase];
  return { leastMs: Math.min(spreadOf(scenario, phase)?.ms[0] ?? mostMs, mostMs), mostMs };
}

/**
 * After how many requests and ms the warm-up of this trial's processes ends; undefined if after all of `warmupMs`. Rounds
 * differ in it, so that their windows begin at different moments between two collections of V8's old generation: otherwise all
 * rounds of a variant may have such a collection in their window, or none, and no interval shows it.
 */
export function leastWarmup(
  scenario: WarmedUp & Pick<Scenario, "seed">,
  { phase, round }: Pick<Trial, "phase" | "round">,
): Scenario["warmupLeast"] {
  const spread = spreadOf(scenario, phase);
  if (spread === undefined) return undefined;
  const start = seededRandom(deriveSeed(scenario.seed, "warm-up"))();
  const at = (start + round * GOLDEN_RATIO) % 1;
  const between = ([least, most]: readonly [number, number]): number => Math.round(least + at * (most - least));
  return { requests: between(spread.requests), ms: between(spread.ms) };
}

/** A time that is given is the longest. A service that runs already is loaded at its rate, and what a Collector decides late must be decided. */
function spreadOf({ warmupMs, warmupLeast, target, collectors }: WarmedUp, phase: Phase) {
  if (phaseRow(phase).warmupLeast === undefined || target.kind.address !== undefined) return undefined;
  if (collectors.some(({ kind }) => kind.program !== undefined)) return undefined;
  const of = (usual: number): readonly [number, number] => [SHARES[0] * usual, SHARES[1] * usual];
  if (warmupLeast !== undefined) return { requests: of(warmupLeast.requests), ms: of(warmupLeast.ms) };
  return { requests: [0, 0] as const, ms: [SHARES[0] * warmupMs[phase], warmupMs[phase]] as const };
}
