import type { Results } from "../../record/results.ts";
import type { Variant } from "../../plan/trial.ts";
import type { Estimate } from "../estimate.ts";
import { figuresOf, untracedOf, type Figure } from "./candidate.ts";

/** What no sampler gets below. */
export interface Floor {
  readonly variant: Variant;
  readonly cpuRatio: Figure;
}

/** The cheapest of those that keep nothing: the instrumentation alone (`noop`), or with an SDK (`always_off`). */
export function floorOf({ plan }: Results, estimates: readonly Estimate[]): Floor | undefined {
  const untraced = untracedOf(plan.variants);
  const floors = plan.variants
    .filter(({ sampler }) => sampler.text === "noop" || sampler.text === "always_off")
    .flatMap((variant) => {
      const own = estimates.filter((estimate) => estimate.variant === variant.id);
      const { cpuRatio } = figuresOf(own, untraced);
      return cpuRatio === undefined ? [] : [{ variant, cpuRatio }];
    });
  return floors.toSorted((a, b) => a.cpuRatio.center - b.cpuRatio.center)[0];
}
