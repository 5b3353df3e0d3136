/**
 * Strategies at the same price: every strategy's kept traces are thinned at random, each trace on its own and with the
 * same probability f, until it keeps no more spans per request than the thriftiest strategy of the run that keeps any.
 * A recall r becomes f·r in expectation, so no figure has to be drawn again and nothing depends on a seed.
 */
import type { Fidelity } from "../../record/fidelity.ts";

export function spansPerRequest({ spans, requests }: Fidelity): number {
  return requests === 0 ? 0 : spans.arrived / requests;
}

/**
 * Kept spans per request of the thriftiest strategy that keeps any, each by the mean of its rounds (or repetitions);
 * undefined where none does.
 */
export function smallestBudget(strategies: readonly (readonly Fidelity[])[]): number | undefined {
  const budgets = strategies
    .filter((rounds) => rounds.length > 0)
    .map((rounds) => rounds.reduce((sum, round) => sum + spansPerRequest(round), 0) / rounds.length)
    .filter((budget) => budget > 0);
  return budgets.length === 0 ? undefined : Math.min(...budgets);
}

/** The probability with which each kept trace stays. */
export function thinningTo(budget: number, fidelity: Fidelity): number {
  const own = spansPerRequest(fidelity);
  return own === 0 ? 1 : Math.min(1, budget / own);
}

/**
 * Relative standard error of the estimated number of requests, √V̂ / N̂, after thinning by f. Thinned weights are w / f,
 * so V̂ becomes Σ (w² / f − w) = V̂ + (V̂ + N̂)(1 / f − 1). Undefined without valid weights.
 */
export function countError({ countVariance, all }: Fidelity, thinning = 1): number | undefined {
  const estimate = all.requests.estimate;
  if (countVariance === undefined || estimate === undefined || estimate === 0) return undefined;
  const variance = countVariance + (countVariance + estimate) * (1 / thinning - 1);
  return Math.sqrt(variance) / estimate;
}
