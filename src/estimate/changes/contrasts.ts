import { BASELINE, isBaseline, REFERENCE } from "../../plan/plan.ts";
import type { Variant } from "../../plan/trial.ts";
import { DEFAULT_THRESHOLDS } from "../../record/metrics.ts";
import { differenceAtMean, ratioFinding, type Finding } from "./comparisons.ts";
import type { Certainty } from "../estimate.ts";
import { referenceOf } from "./references.ts";
import type { Series } from "../series.ts";

/**
 * Which variant costs less than which: every pair of variants but `none` of one build in the phase cost, paired by round,
 * the cheaper against the dearer one. If one is the other's `always_on`, it is the one that is compared with. Neighbours
 * in the order of cost, and pairs with `always_on`, have a verdict.
 */
export function contrastFindings(
  all: readonly Series[],
  variants: readonly Variant[],
  certainty: Certainty,
): Finding[] {
  const costs = all.filter(
    ({ metric, group }) =>
      metric.name === "cpuUsPerRequest" && group.phase === "cost" && !isReferred(group.variant, variants),
  );
  const buildOf = ({ group }: Series): string | undefined => variants.find(({ id }) => id === group.variant)?.build;
  return [...Map.groupBy(costs, buildOf).values()].flatMap((own) => {
    const ladder = own.toSorted((a, b) => a.absolute.center - b.absolute.center);
    return ladder.flatMap((cheaper, at) =>
      ladder.slice(at + 1).flatMap((dearer, further) => {
        const isReference = (one: Series, of: Series): boolean =>
          referenceOf(of.group.variant, REFERENCE, variants) === one.group.variant;
        const [one, other] = isReference(cheaper, dearer) ? [dearer, cheaper] : [cheaper, dearer];
        const ratio = ratioFinding(one, other, DEFAULT_THRESHOLDS, certainty);
        if (ratio === undefined) return [];
        const isJudged = further === 0 || isReference(other, one);
        return [isJudged ? ratio : { estimate: ratio.estimate }, differenceAtMean(ratio, other)];
      }),
    );
  });
}

function isReferred(id: string, variants: readonly Variant[]): boolean {
  const variant = variants.find((one) => one.id === id);
  return variant === undefined ? id === BASELINE : isBaseline(variant);
}
