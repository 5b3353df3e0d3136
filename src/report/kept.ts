import type { Estimate } from "../estimate/estimate.ts";
import { METRIC } from "./metrics.ts";
import type { Run, ShownVariant } from "./run.ts";

/** Fidelity is judged in every phase; the latency phase is the one most like production. */
const PHASES = ["latency", "cost", "capacity"] as const;

/** What sampling kept, by one metric of fidelity, from the phase that is nearest to production. */
export function keptFigure(run: Run, { name }: Pick<ShownVariant, "name">, metric: string): Estimate | undefined {
  for (const phase of PHASES) {
    const estimate = run.find(phase, name, metric);
    if (estimate !== undefined) return estimate;
  }
  return undefined;
}

/** Share of the failed requests whose trace arrived whole. */
export function errorRecallOf(run: Run, variant: ShownVariant): Estimate | undefined {
  return keptFigure(run, variant, METRIC.errorRecall);
}
