import { candidateFront, candidatesOf } from "../../estimate/advise/candidate.ts";
import { hasCollector, isByCollector } from "../../estimate/advise/deployment.ts";
import { rangeOf, type Chart, type Flame } from "../report.ts";
import { type Run, baselineName, CPU } from "../run.ts";
import { costOf } from "../clauses/cost.ts";
import { figureText } from "../format.ts";
import { rateText, phaseSentence } from "../phase-sentence.ts";
import { commonRounds, ofCommon } from "../../estimate/series.ts";
import { decodeHistogram, mergeHistograms, quantile, type Histogram } from "../../estimate/statistics/histogram.ts";
import { noFigures } from "../health.ts";
import { callsPerRequest, mergeCalls } from "../../record/calls.ts";
import { ALL_PARTS, oversampledVariants, partScales } from "../../record/part-metrics.ts";

/** Cost against what is kept: CPU added on x; on y failed requests kept, or all traces if none failed. */
export function frontChart({ results, estimates, labelOf }: Run): Chart[] {
  const candidates = candidatesOf(results, estimates);
  const front = candidateFront(candidates);
  const ofFailed = candidates.some(({ figures }) => figures.cpuUs && figures.failedKept);
  const percent = (share: number): number => share * 100;
  const series = candidates.flatMap((candidate) => {
    const { cpuUs, failedKept, tracesKept } = candidate.figures;
    const kept = ofFailed ? failedKept : tracesKept;
    if (cpuUs === undefined || kept === undefined) return [];
    const ranges = { xRange: rangeOf(cpuUs), yRange: rangeOf(kept, percent) };
    const { id } = candidate.variant;
    const points = [{ x: cpuUs.center, y: percent(kept.center), ...ranges }];
    return [{ variant: id, label: labelOf(id), isHollow: !front.has(candidate), points }];
  });
  if (series.length === 0) return [];
  const isCollected = candidates.some(({ variant }) => hasCollector(variant));
  const byCollector = candidates.some(({ variant }) => isByCollector(variant))
    ? " A tail: sampler is a Collector's in production: its CPU is that of always_on."
    : "";
  return [
    {
      kind: "front",
      id: "front",
      title: "Cost against what is kept",
      about: `Up and left is better. Filled: on the Pareto front, because no other variant is at least as good in CPU, spans stored, and failed, slow and all traces kept, and better in one.${byCollector}`,
      xAxis: `CPU added${isCollected ? " in the service, without its Collector" : ""}, µs per request`,
      yAxis: `${ofFailed ? "failed requests" : "traces"} kept, %`,
      series,
    },
  ];
}

/** The variants from the cheapest to the dearest, with what tracing adds in each. */
export function orderChart(run: Run): Chart[] {
  const measured = run.variants.flatMap((shown) => {
    const { difference } = costOf(run, shown);
    return difference === undefined ? [] : [{ ...shown, difference, isHollow: difference.low === undefined }];
  });
  const ordered = measured.toSorted((a, b) => a.difference.center - b.difference.center);
  if (ordered.length < 2) return [];
  const collected = ordered.some(({ variant }) => variant.collector) ? ", in service and Collector together" : "";
  const unbacked = ordered.some(({ isHollow }) => isHollow)
    ? " Hollow: no interval, a measurement and no finding."
    : "";
  return [
    {
      kind: "trend",
      id: "order",
      title: "From the cheapest to the dearest",
      about: `CPU that each variant adds to a request, against ${baselineName(run.results)}${collected}.${unbacked}`,
      xAxis: "",
      yAxis: `CPU added, µs per request, at ${rateText(run, CPU.phase)}`,
      steps: ordered.map(({ label }) => label),
      series: ordered.map(({ id, label, difference, isHollow }, at) => ({
        variant: id,
        label,
        isHollow,
        points: [{ x: at, y: difference.center, yRange: rangeOf(difference) }],
      })),
    },
  ];
}

const STEPS_PER_DECADE = 12;
const PHASE = "latency";

/**
 * The whole distribution of each variant, histograms merged over its rounds, from the phase latency alone: in the others
 * requests wait for those of other variants. If that phase was run and has no figures, the reason and no curve.
 */
export function percentileChart(run: Run): Chart[] {
  const series = seriesOf(run);
  const reasons = series.length > 0 ? [] : noFigures(run.results, run.results.records, (phase) => phase === PHASE);
  if (series.length + reasons.length === 0) return [];
  const reading = `${phaseSentence(run.results, PHASE)} Each step to the right is ten times rarer, each step up twice as long.`;
  return [
    {
      kind: "percentiles",
      id: "percentiles",
      title: "Latency by percentile",
      about: reasons.length > 0 ? reasons.join(" ") : reading,
      xAxis: "percentile of requests",
      yAxis: "ms",
      series,
    },
  ];
}

function seriesOf(run: Run): Chart["series"] {
  const measured = run.variants.map(({ id, label }) => {
    const histograms = run
      .usable(id, PHASE)
      .map(({ trial, load }) => [trial.round, load?.responseTime?.histogram ?? ""] as const)
      .filter(([, histogram]) => histogram !== "");
    return { variant: id, label, rounds: new Map(histograms) };
  });
  const common = commonRounds(measured.filter(({ rounds }) => rounds.size > 0).map(({ rounds }) => rounds));
  return measured.flatMap(({ rounds, ...named }) => {
    const merged = mergeHistograms(ofCommon(rounds, common).map(decodeHistogram));
    return merged.total === 0 ? [] : [{ ...named, points: curveOf(merged) }];
  });
}

/** ms over percentiles, evenly spaced on the scale of 1 / (1 − p), as far as the count of requests supports. */
function curveOf(histogram: Histogram): Chart["series"][number]["points"] {
  const steps = Math.floor(Math.log10(histogram.total) * STEPS_PER_DECADE);
  return Array.from({ length: steps + 1 }, (_, step) => {
    const x = Number((100 - 100 * 10 ** (-step / STEPS_PER_DECADE)).toFixed(6));
    return { x, y: quantile(histogram, x / 100) / 1000 };
  }).filter(({ y }) => y > 0);
}

const LEAST_SHARE = 0.005;

/** What a request takes by function and caller, for each variant that was profiled: the mean over its valid rounds. */
export function flamesOf(run: Run): Flame[] {
  const { records } = run.results;
  const [oversampled, scales] = [oversampledVariants(records), partScales(records)];
  return run.variants.flatMap(({ id, label }) => {
    if (oversampled.has(id)) return [];
    const profiles = run.usable(id, "profile").flatMap(({ calls }) => (calls === undefined ? [] : [calls]));
    const count = profiles.length / (scales.get(id) ?? 1);
    const calls = callsPerRequest(mergeCalls(profiles.flat()), count, LEAST_SHARE).filter(({ us }) => us > 0);
    const all = run.find("profile", id, ALL_PARTS);
    return calls.length === 0 ? [] : [{ variant: id, label, calls, ...(all && { total: figureText(all) }) }];
  });
}
