import { deriveSeed, seededRandom, shuffled } from "../base/random.ts";
import { BASELINE } from "../plan/plan.ts";
import type { Plan, Trial, Variant } from "../plan/trial.ts";
import type { Scenario } from "../spec/scenario.ts";
import type { Effort } from "./measure.ts";
import { yardstick } from "./parts/index.ts";

/** What is to be measured. */
export interface MicroWish {
  /** Names of parts. */
  readonly parts: readonly string[];
  /** Processes for each part, at most. */
  readonly rounds: number;
  readonly seed: number;
  readonly effort: Effort;
}

/** A block a round: every part in a process of its own, in shuffled order, and at its end the yardstick of the round. */
export function microPlan({ parts, rounds, seed }: MicroWish): Plan {
  const trials = Array.from({ length: rounds }, (_, index) => index + 1).flatMap((round) => {
    const roundSeed = deriveSeed(seed, "micro", round);
    return [...shuffled(parts, seededRandom(roundSeed)), BASELINE].map((variant, position): Trial => ({
      id: `micro-${round}-${position + 1}`,
      block: round,
      round,
      phase: "micro",
      variant,
      seed: roundSeed,
    }));
  });
  return { seed, variants: [BASELINE, ...parts].map(variantOf), trials };
}

/** Whether another round ends in time, if it takes as long as the slowest so far. The first is measured in any case. */
export function fitsAnother(roundsMs: readonly number[], maxTimeMs: number): boolean {
  const spentMs = roundsMs.reduce((sum, ms) => sum + ms, 0);
  return spentMs + Math.max(0, ...roundsMs) <= maxTimeMs;
}

/** The plan as far as it was measured. */
export function measuredPlan(plan: Plan, rounds: number): Plan {
  return { ...plan, trials: plan.trials.filter(({ round }) => round <= rounds) };
}

function variantOf(name: string): Variant {
  return { id: name, sampler: name as never };
}

/** The scenario of a results file without a service: no phase under load, and for each part the time it was measured. */
export function microScenario({ parts, rounds, seed, effort }: MicroWish): Scenario {
  const everywhere = (ms: number): Scenario["durationMs"] => ({ cost: ms, latency: ms, capacity: ms });
  return {
    name: "micro",
    about: "What does each part of tracing cost by itself?",
    // figures are compared as ratios to it: another yardstick makes other figures, which this tells apart
    target: `yardstick, ${yardstick.about}` as never,
    classes: {},
    requests: [],
    samplers: [...parts] as never,
    processors: [],
    exporters: [],
    backends: [],
    reference: false,
    phases: [],
    rounds,
    seed,
    durationMs: everywhere(effort.timeMs),
    warmupMs: everywhere(effort.warmupMs),
    ratePerSecond: 1,
    arrivals: "uniform",
    connections: everywhere(1),
    timeoutMs: 1,
    maxRounds: rounds,
  };
}
