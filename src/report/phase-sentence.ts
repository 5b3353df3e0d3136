import { phaseRow, rateOf, type Phase } from "../spec/phases.ts";
import type { Results } from "../record/results.ts";
import { countText } from "./format.ts";

const OBSERVED: Partial<Record<Phase, string>> = {
  cost: "All variants at the same time behind one load balancer; CPU and requests of each group of replicas, as Prometheus scraped them. Requests/s, memory and cores are those of one replica.",
  latency: "Answer times in the same windows, from the buckets of the service's own histogram.",
};

/** How a phase was measured, for the report. */
export function phaseSentence({ environment }: Pick<Results, "environment">, phase: Phase): string {
  return (environment.observed && OBSERVED[phase]) ?? phaseRow(phase).sentence;
}

/** The rate at each variant. */
export function rateText({ results }: { readonly results: Pick<Results, "scenario" | "plan"> }, phase: Phase): string {
  return `${countText(rateOf(results.scenario, phase, results.plan.variants.length))} requests/s`;
}
