import { deriveSeed, seededRandom, shuffled } from "../base/random.ts";
import { quote } from "../base/spec-string.ts";
import { total } from "../base/sum-of.ts";
import { formatDuration } from "../base/units.ts";
import { type Plan, trialsOfRound } from "../plan/plan.ts";
import type { TrialRecord } from "../record/trial-record.ts";
import { scenarioOfFields } from "../spec/read.ts";
import type { Scenario } from "../spec/scenario.ts";
import type { Observation } from "./observation.ts";

/** CPU and memory are read as in the phase cost, answer times as in the phase latency: of the same windows. */
function phasesOf({ queries }: Observation): ("cost" | "latency")[] {
  return queries.latency === undefined ? ["cost"] : ["cost", "latency"];
}

/** What is observed, as the plan of a run. Pure: the same observation gives the same plan. */
export function planOfObservation(observation: Observation): Plan {
  const { variants, baseline, seed, rounds } = observation;
  const plan: Plan = {
    seed,
    variants: Object.entries(variants).map(([id, sampler]) => ({ id, sampler, baseline: id === baseline })),
    trials: [],
  };
  for (let round = 1; round <= rounds; round++) plan.trials.push(...trialsOfRound(plan, round, phasesOf(observation)));
  return plan;
}

/** The same as a scenario, for what a report says of a run. */
export function scenarioOf(observation: Observation, name: string): Scenario {
  const { about, service, variants, baseline, rounds, seed, windowMs, settleMs } = observation;
  return scenarioOfFields(name, {
    about,
    target: `observed:${quote(service)}`,
    samplers: Object.entries(variants).flatMap(([id, { text }]) => (id === baseline ? [] : text)),
    reference: false,
    phases: phasesOf(observation),
    arrivals: "poisson",
    rounds,
    maxRounds: rounds,
    seed,
    duration: formatDuration(windowMs),
    warmup: formatDuration(settleMs),
    // until requests were counted
    rate: "1/s",
    connections: 1,
    timeout: formatDuration(windowMs),
  });
}

/** The scenario with the rate that was observed: requests/s to a replica, three digits. */
export function withObservedRate(scenario: Scenario, records: readonly TrialRecord[]): Scenario {
  const rates = records.flatMap(({ load, valid }) => (valid && load ? load.requestsPerSecond : []));
  const mean = total(rates, (rate) => rate) / rates.length;
  if (!(mean > 0)) return scenario;
  const rate = Number(mean.toPrecision(3));
  return { ...scenario, ratePerSecond: rate, costRatePerSecond: rate };
}

/**
 * Which variant each group of replicas runs in a round, in the order of setting them. Within as many rounds as there are
 * variants, each group runs each variant once, and each variant is set first once: what differs between the groups' machines,
 * and between replicas that are a little older or younger, then cancels out.
 */
export function assignmentOf(
  { variants, drive, seed }: Observation,
  round: number,
): readonly (readonly [group: string, variant: string])[] {
  const names = Object.keys(variants);
  const count = names.length;
  const [cycle, at] = [Math.floor((round - 1) / count), (round - 1) % count];
  const turn = (of: string): number => shuffled([...names.keys()], seededRandom(deriveSeed(seed, of, cycle)))[at]!;
  const groups = drive?.groups ?? names;
  const [first, shift] = [turn("order"), drive?.groups === undefined ? 0 : turn("groups")];
  const inOrder = names.map((_, place) => (first + place) % count);
  return inOrder.map((variant) => [groups[(variant + shift) % count]!, names[variant]!] as const);
}
