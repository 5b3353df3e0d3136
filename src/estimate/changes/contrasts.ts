import {
  BASELINE,
  isBaseline,
  pricedInstrumentation,
  REFERENCE,
  referenceOf,
  type Variant,
  versionAxis,
} from "../../plan/variant.ts";
import { changeFindings, differenceAtMean, ratioFinding, type Finding } from "./comparisons.ts";
import type { Certainty } from "../estimate.ts";
import type { Series } from "../series.ts";
import { COST_PHASES } from "../../spec/phases.ts";

/**
 * Which variant costs less than which: every pair of variants but `none` of one build and instrumentation in each phase cost,
 * paired by round, the cheaper against the dearer one. If one is the other's `always_on`, it is the one that is compared with. Of two that
 * differ in the version of SDK or Node only, the later in the plan is compared with the earlier. These pairs have a verdict,
 * and of one version neighbours in the order of cost.
 */
export function contrastFindings(
  all: readonly Series[],
  variants: readonly Variant[],
  certainty: Certainty,
): Finding[] {
  const costs = all.filter(
    ({ metric, group }) =>
      metric.name === "cpuUsPerRequest" &&
      COST_PHASES.some((phase) => phase === group.phase) &&
      !isReferred(group.variant, variants),
  );
  const sideOf = ({ group }: Series): string => {
    const { build, instrumentation } = variants.find(({ id }) => id === group.variant) ?? {};
    return JSON.stringify([group.phase, build, instrumentation?.text]);
  };
  return [...Map.groupBy(costs, sideOf).values()].flatMap((own) => {
    const ladder = own.toSorted((a, b) => a.absolute.center - b.absolute.center);
    return ladder.flatMap((cheaper, at) => {
      const rest = ladder.slice(at + 1);
      const next = rest.find((dearer) => haveSameVersions(plannedOf([cheaper, dearer], variants)));
      return rest.flatMap((dearer) => contrastOf(cheaper, dearer, dearer === next, variants, certainty));
    });
  });
}

function contrastOf(
  cheaper: Series,
  dearer: Series,
  isNext: boolean,
  variants: readonly Variant[],
  certainty: Certainty,
): Finding[] {
  const isReference = (one: Series, of: Series): boolean =>
    referenceOf(of.group.variant, REFERENCE, variants) === one.group.variant;
  const [before, after] = plannedOf([cheaper, dearer], variants);
  const isUpgrade = before !== undefined && after !== undefined && versionAxis(before, after) !== undefined;
  const isTurned = isUpgrade ? before.id === cheaper.group.variant : isReference(cheaper, dearer);
  const [one, other] = isTurned ? [dearer, cheaper] : [cheaper, dearer];
  const ratio = ratioFinding(one, other, certainty);
  if (ratio === undefined) return [];
  const isJudged = isUpgrade || isNext || isReference(other, one);
  return [isJudged ? ratio : { estimate: ratio.estimate }, differenceAtMean(ratio, other)];
}

/** In the order of the plan. */
function plannedOf(pair: readonly Series[], variants: readonly Variant[]): Variant[] {
  return variants.filter(({ id }) => pair.some(({ group }) => group.variant === id));
}

function haveSameVersions(pair: readonly Variant[]): boolean {
  return new Set(pair.map(({ otel, node }) => `${otel} ${node}`)).size <= 1;
}

function isReferred(id: string, variants: readonly Variant[]): boolean {
  const variant = variants.find((one) => one.id === id);
  return variant === undefined ? id === BASELINE : isBaseline(variant);
}

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
