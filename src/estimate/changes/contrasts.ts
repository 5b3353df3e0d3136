import { pricesOf } from "../../plan/prices.ts";
import { BASELINE, isBaseline, REFERENCE, referenceOf, type Variant, versionAxis } from "../../plan/variant.ts";
import { changeFindings, differenceAtMean, ratioFinding, type Finding } from "./comparisons.ts";
import type { Certainty } from "../estimate.ts";
import type { Series, VariantRounds } from "../series.ts";
import { MAIN_THREAD } from "../../record/metrics.ts";
import { COST_PHASES } from "../../spec/phases.ts";

/**
 * Which variant costs less than which: every pair of variants but `none` of one build and instrumentation in each phase cost,
 * paired by round, the cheaper against the dearer one. If one is the other's `always_on`, it is the one that is compared with. Of two that
 * differ in the version of SDK or Node only, the later in the plan is compared with the earlier. These pairs have a verdict,
 * and of one version neighbours in the order of cost. Their main threads are compared in the same direction.
 */
export function contrastFindings(
  all: readonly Series[],
  variants: readonly Variant[],
  certainty: Certainty,
): Finding[] {
  const costs = all.filter(
    ({ metric, group }) =>
      metric.name === "cpuUsPerRequest" && COST_PHASES.some((phase) => phase === group.phase) && !isReferred(group),
  );
  const ofMainThread = new Map(
    all.flatMap((series) => (series.metric === MAIN_THREAD ? [[series.group, series]] : [])),
  );
  const sideOf = ({ group: { phase, planned } }: Series): string =>
    JSON.stringify([phase, planned?.build, planned?.instrumentation?.text]);
  return [...Map.groupBy(costs, sideOf).values()].flatMap((own) => {
    const ladder = own.toSorted((a, b) => a.absolute.center - b.absolute.center);
    return ladder.flatMap((cheaper, at) => {
      const rest = ladder.slice(at + 1);
      const next = rest.find((dearer) => versionsOf(dearer) === versionsOf(cheaper));
      return rest.flatMap((dearer) => {
        const { one, other, isJudged } = pairOf(cheaper, dearer, dearer === next, variants);
        const mainThreads = [one, other].flatMap(({ group }) => ofMainThread.get(group) ?? []);
        return [[one, other], mainThreads].flatMap(([of, against]) => contrastOf(of, against, isJudged, certainty));
      });
    });
  });
}

/** The two in the order in which they are compared, and whether that is to have a verdict. */
function pairOf(cheaper: Series, dearer: Series, isNext: boolean, variants: readonly Variant[]) {
  const isReference = (one: Series, of: Series): boolean =>
    referenceOf(of.group.variant, REFERENCE, variants) === one.group.variant;
  // in the order of the plan
  const [before, after] = variants.filter(({ id }) => [cheaper, dearer].some(({ group }) => group.variant === id));
  const isUpgrade = before !== undefined && after !== undefined && versionAxis(before, after) !== undefined;
  const isTurned = isUpgrade ? before.id === cheaper.group.variant : isReference(cheaper, dearer);
  const [one, other] = isTurned ? [dearer, cheaper] : [cheaper, dearer];
  return { one, other, isJudged: isUpgrade || isNext || isReference(other, one) };
}

function contrastOf(
  one: Series | undefined,
  other: Series | undefined,
  isJudged: boolean,
  certainty: Certainty,
): Finding[] {
  const ratio = one && other && ratioFinding(one, other, certainty);
  if (ratio === undefined) return [];
  return [isJudged ? ratio : { estimate: ratio.estimate }, differenceAtMean(ratio, other!)];
}

function versionsOf({ group: { planned } }: Series): string {
  return `${planned?.otel} ${planned?.node}`;
}

function isReferred({ variant, planned }: VariantRounds): boolean {
  return planned === undefined ? variant === BASELINE : isBaseline(planned);
}

/** What instrumentations add: each variant that has a price against the one without them, paired by round. */
export function priceFindings(all: readonly Series[], variants: readonly Variant[], certainty: Certainty): Finding[] {
  const priced = all.filter(({ metric, group }) => metric.priced === group.phase);
  const seriesOf = ({ id }: Variant): Series[] => priced.filter(({ group }) => group.variant === id);
  return pricesOf(variants).flatMap(({ more, fewer }) => {
    const others = seriesOf(fewer);
    return seriesOf(more).flatMap((series) => {
      const other = others.find(({ metric }) => metric.name === series.metric.name);
      return other === undefined ? [] : changeFindings(series, other, certainty);
    });
  });
}
