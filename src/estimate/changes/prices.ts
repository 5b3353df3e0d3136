import { pricedInstrumentation, type Variant } from "../../plan/trial.ts";
import type { Certainty } from "../estimate.ts";
import type { Series } from "../series.ts";
import { changeFindings, type Finding } from "./comparisons.ts";

/** What each instrumentation adds: each variant against the one that lacks one instrumentation, paired by round. */
export function priceFindings(all: readonly Series[], variants: readonly Variant[], certainty: Certainty): Finding[] {
  const variantOf = ({ group }: Series): Variant | undefined => variants.find(({ id }) => id === group.variant);
  const priced = all.filter(({ metric, group }) => metric.priced === group.phase);
  return priced.flatMap((series) => {
    const own = variantOf(series);
    return priced.flatMap((other) => {
      const fewer = variantOf(other);
      const isPair = own && fewer && pricedInstrumentation(own, fewer) !== undefined;
      if (!isPair || other.metric.name !== series.metric.name) return [];
      return changeFindings(series, other, certainty);
    });
  });
}
