import { estimateAll } from "../estimate/estimate-all.ts";
import type { Estimate } from "../estimate/estimate.ts";
import { fidelityEstimates } from "../estimate/fidelity/estimates.ts";
import { plannedLooks } from "../estimate/precision.ts";
import type { Results } from "../record/results.ts";

type Measured = Pick<Results, "records" | "plan" | "scenario">;

/** All estimates that the records of a run give. */
export function estimatesOf(measured: Measured): Estimate[] {
  return availableEstimates(measured).estimates;
}

/** All estimates that could be made, and a note with the reason for each part that could not. */
export function availableEstimates({ records, plan, scenario }: Measured): { estimates: Estimate[]; notes: string[] } {
  const looks = plannedLooks(scenario).length;
  const notes: string[] = [];
  const attempt = (what: string, estimate: () => Estimate[]): Estimate[] => {
    try {
      return estimate();
    } catch (error) {
      notes.push(`${what} not available, because ${(error as Error).message}; please report this as a bug`);
      return [];
    }
  };
  const estimates = [
    ...attempt("cost, latency, capacity and spans", () =>
      estimateAll(records, { variants: plan.variants, seed: plan.seed, looks }),
    ),
    ...attempt("what sampling keeps", () => fidelityEstimates(records)),
  ];
  return { estimates, notes };
}
