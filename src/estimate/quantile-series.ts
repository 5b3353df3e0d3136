import { total } from "../base/sum-of.ts";
import { leastError, shortageOf, type QuantileRound } from "./statistics/quantile-change.ts";
import type { Warning } from "../record/trial-record.ts";
import { alphaOf, estimateFrom, type Certainty } from "./estimate.ts";
import type { Metric, Quantile } from "../record/metric.ts";
import { ofCommon, type VariantRounds, roundValues, type Series } from "./series.ts";
import {
  clusteredQuantile,
  decodeHistogram,
  mergeHistograms,
  quantile,
  type Histogram,
} from "./statistics/histogram.ts";

const US_PER_MS = 1000;
const MS_PER_S = 1000;
/** With fewer requests beyond a quantile, the quantile is a matter of luck. */
const THIN_TAIL = 10;

/** The histograms of a variant's rounds, decoded. */
export function roundHistograms(group: VariantRounds, from: Quantile["histogram"]): ReadonlyMap<number, Histogram> {
  return roundValues(group, ({ load }) => {
    const text = load?.[from]?.histogram ?? "";
    if (text === "") return undefined;
    const histogram = decodeHistogram(text);
    return histogram.total > 0 ? histogram : undefined;
  });
}

/**
 * The series of a quantile; undefined without histograms. Its values are the rounds' own quantiles in ms, for pairing. Its
 * absolute estimate is the quantile of the histogram merged over the rounds that `ofCommon` leaves, with an interval over
 * rounds (`clusteredQuantile`).
 */
export function quantileSeries(
  group: VariantRounds,
  metric: Metric,
  p: number,
  rounds: ReadonlyMap<number, Histogram>,
  certainty: Certainty,
): Series | undefined {
  if (rounds.size === 0) return undefined;
  const withEpisodes = [...rounds].map(([round, histogram]) => {
    const load = group.records.get(round)?.load;
    return [round, { histogram, episodes: load?.slowEpisodes, seconds: load && load.elapsedMs / MS_PER_S }] as const;
  });
  const used = ofCommon(new Map(withEpisodes), group.common);
  const shown = used.map(({ histogram }) => histogram);
  const merged = mergeHistograms(shown);
  const { center, bounds } = clusteredQuantile(shown, merged, p, 1 - alphaOf(certainty), leastError(used, p, merged));
  const inMs = bounds && { low: bounds.low / US_PER_MS, high: bounds.high / US_PER_MS };
  const about = {
    phase: group.phase,
    variant: group.variant,
    metric: metric.name,
    unit: metric.unit,
    method: "quantile of the HDR histogram merged over rounds, Woodruff interval over rounds",
  };
  const figure = { center: center / US_PER_MS, bounds: inMs, n: shown.length };
  const absolute = estimateFrom(about, figure, certainty, [...group.warnings, ...thinTail(used, merged, p)]);
  const quantiles = [...rounds].map(([round, histogram]) => [round, quantile(histogram, p) / US_PER_MS] as const);
  return {
    metric,
    group,
    values: new Map(quantiles.filter(([, ms]) => ms > 0)),
    absolute,
    quantile: {
      p,
      rounds: new Map(withEpisodes),
      shortage: shortageOf(
        withEpisodes.map(([, one]) => one),
        p,
      ),
    },
  };
}

function thinTail(rounds: readonly QuantileRound[], merged: Histogram, p: number): Warning[] {
  const beyond = merged.total * (1 - p);
  if (beyond >= THIN_TAIL) return [];
  const times = Math.ceil(THIN_TAIL / beyond);
  // rounds of `observe` have no windows that an option sets, and no episodes
  const seconds = total(rounds, (round) => (round.episodes === undefined ? NaN : (round.seconds ?? NaN)));
  const count = Number(beyond.toFixed(beyond < 1 ? 1 : 0));
  return [
    {
      code: "thin-tail",
      message: `about ${count} ${count === 1 ? "request lies" : "requests lie"} beyond p${Number((p * 100).toPrecision(6))}, too few to place it`,
      fix: Number.isNaN(seconds)
        ? `measure ${times} times as long`
        : `--duration ${Math.ceil((times * seconds) / rounds.length)}s, or ${times} times as many --rounds`,
    },
  ];
}
