/**
 * Records → estimates, in four steps: leave out what is not usable and group by phase and variant (rounds.ts);
 * turn each metric into a value a round and an absolute figure (series.ts, latency.ts, spans.ts); compare with the
 * references, paired by round (comparisons.ts); judge all comparisons as one family (verdict.ts).
 */
import { deriveSeed } from "../base/random.ts";
import type { TrialRecord } from "../record/trial-record.ts";
import type { Variant } from "../plan/trial.ts";
import { differenceFinding, ratioFinding, withVerdicts, type Finding } from "./comparisons.ts";
import type { Estimate } from "./estimate.ts";
import { quantileSeries } from "./latency.ts";
import { DEFAULT_THRESHOLDS, QUANTILE_METRICS, SCALAR_METRICS, type Metric, type Thresholds } from "./metrics.ts";
import { groupRounds, type VariantRounds } from "./rounds.ts";
import { alphaOf, scalarSeries, type Certainty, type Series } from "./series.ts";
import { spanEstimates } from "./spans.ts";

export interface EstimateOptions {
  /** The plan's variants: they give the order, and which reference shares a variant's processor, exporter and backend. */
  readonly variants?: readonly Variant[];
  /** Of each interval, and 1 − the error rate of all verdicts together. 0.95 unless said otherwise. */
  readonly confidence?: number;
  readonly thresholds?: Partial<Thresholds>;
  /** Of the bootstrap that cross-checks the intervals. */
  readonly seed?: number;
  /** Samplers to compare with. The first is the baseline of every phase, the others of the cost phase alone. */
  readonly references?: readonly string[];
  /** How many looks at the growing data were planned: `plannedLooks(scenario).length`; see precision.ts. */
  readonly looks?: number;
}

/** Options with everything said. */
export interface Settings {
  readonly variants: readonly Variant[];
  readonly certainty: Certainty;
  readonly thresholds: Thresholds;
  readonly seed: number;
  readonly references: readonly string[];
}

export function settingsOf(options: EstimateOptions): Settings {
  const {
    variants = [],
    confidence = 0.95,
    thresholds,
    seed = 1,
    references = ["none", "always_on"],
    looks = 1,
  } = options;
  const certainty = { confidence, looks };
  return { variants, certainty, thresholds: { ...DEFAULT_THRESHOLDS, ...thresholds }, seed, references };
}

/** All estimates of a run. Only completed and valid trials are used; warnings say how many were left out. */
export function estimateAll(records: readonly TrialRecord[], options: EstimateOptions = {}): Estimate[] {
  const settings = settingsOf(options);
  const names = settings.variants.map((variant) => variant.id);
  const all = groupRounds(records, names).map((group) => ({ group, series: seriesOf(group, settings.certainty) }));
  const index = new Map(all.flatMap(({ series }) => series.map((one) => [seriesKey(one.group, one.metric.name), one])));
  const findings = all.flatMap(({ group, series }) => {
    const absolute = series.map(({ absolute }): Finding => ({ estimate: absolute }));
    const spans = spanEstimates(group, settings.certainty).map((estimate): Finding => ({ estimate }));
    return absolute.concat(
      series.flatMap((one) => comparisonsOf(one, index, settings)),
      spans,
    );
  });
  return withVerdicts(findings, alphaOf(settings.certainty));
}

/** The metrics of a variant in a phase, all or those wanted. Histograms are decoded only where they are wanted. */
export function seriesOf(
  group: VariantRounds,
  certainty: Certainty,
  wanted: (metric: Metric) => boolean = () => true,
): Series[] {
  const scalars = SCALAR_METRICS[group.phase]
    .filter(wanted)
    .flatMap((one) => scalarSeries(group, one, certainty) ?? []);
  return [...scalars, ...quantileSeries(group, QUANTILE_METRICS[group.phase].filter(wanted), certainty)];
}

/**
 * The name of the variant that `name` is to be held against: the one that differs in its sampler only, which is
 * `reference`, of the same build; where the reference is untraced and has no other parts, that one. Undefined where it
 * is not clear.
 */
export function referenceOf(name: string, reference: string, variants: readonly Variant[]): string | undefined {
  const own = variants.find((variant) => variant.id === name);
  const candidates = variants.filter((variant) => variant.sampler.text === reference && variant.build === own?.build);
  if (candidates.length <= 1) return candidates[0]?.id ?? reference;
  const untraced = candidates.find((candidate) => !candidate.sampler.kind.traced);
  const twin = candidates.find(
    ({ processor, exporter, backend }) =>
      processor?.text === own?.processor?.text &&
      exporter?.text === own?.exporter?.text &&
      backend?.text === own?.backend?.text,
  );
  return (untraced ?? twin)?.id;
}

function comparisonsOf(series: Series, index: ReadonlyMap<string, Series>, settings: Settings): Finding[] {
  const { certainty, thresholds, variants, references } = settings;
  const { phase, variant } = series.group;
  return references.flatMap((reference, rank) => {
    if (rank > 0 && (phase !== "cost" || variant === references[0])) return [];
    const against = referenceOf(variant, reference, variants);
    if (against === undefined || against === variant) return [];
    const baseline = index.get(seriesKey({ phase, variant: against }, series.metric.name));
    if (baseline === undefined) return [];
    const seed = deriveSeed(settings.seed, phase, variant, against, series.metric.name);
    const ratio = ratioFinding(series, baseline, thresholds, certainty, seed);
    // a part of tracing is held against a yardstick, not against doing without it
    if (phase === "micro") return ratio === undefined ? [] : [{ estimate: ratio.estimate }];
    const difference = differenceFinding(series, baseline, certainty);
    return [ratio, difference].filter((finding) => finding !== undefined);
  });
}

function seriesKey({ phase, variant }: Pick<VariantRounds, "phase" | "variant">, metric: string): string {
  return JSON.stringify([phase, variant, metric]);
}
