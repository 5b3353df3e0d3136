import { MIN_ROUNDS } from "../estimate/verdict.ts";
import type { Estimate } from "../estimate/estimate.ts";
import { rateOf } from "../plan/plan.ts";
import type { Phase } from "../plan/trial.ts";
import type { Results } from "../record/results.ts";
import { centerText, changeText, countText, figureText, shareText, percentText, UNBACKED } from "./format.ts";
import { METRIC } from "./metrics.ts";
import type { Run, ShownVariant } from "./run.ts";
import { lostSpans, sampledSpans, spanFate, type SpanFate } from "./spans.ts";
import { errorRecallOf } from "./kept.ts";

/** The answer in a sentence: cost, latency, losses, what is kept. Every figure with its interval or its mark. */
export function titleOf(run: Run): string {
  const [only, ...others] = run.asked;
  if (run.results.records.every((record) => record.ending !== "completed")) return nothingMeasured(run);
  if (only === undefined) return `${run.variants.map((variant) => variant.label).join(", ")}: nothing to compare`;
  return others.length === 0 ? ofOne(run, only) : ofMany(run);
}

function nothingMeasured({ results }: Run): string {
  const trials = results.records.length;
  return trials === 0 ? "Nothing was measured" : `Nothing was measured: none of ${trials} trials came to its end`;
}

function ofOne(run: Run, variant: ShownVariant): string {
  const measured = [costClause(run, variant), latencyClause(run, variant)].filter((clause) => clause !== undefined);
  const sentence = measured.length > 0 ? measured.join(", ") : capacityClause(run, variant);
  const clauses = [
    `${variant.label} ${sentence}`,
    lossClause(run, variant),
    keptClause(run, variant),
    floorClause(run),
  ];
  return `${clauses.filter((clause) => clause !== undefined).join("; ")}.`;
}

function costClause(run: Run, variant: ShownVariant): string | undefined {
  const ratio = run.againstNone("cost", variant.name, METRIC.cpu);
  if (ratio !== undefined) return `costs ${changeText(ratio)} CPU per request against no tracing${doubt(run, ratio)}`;
  const absolute = run.find("cost", variant.name, METRIC.cpu);
  return (
    absolute &&
    `uses ${figureText(absolute)} µs of CPU per request${doubt(run, absolute)}, with nothing to compare it with`
  );
}

/** What keeps a figure from being a finding, in parentheses. */
function doubt(run: Run, { low, n, verdict }: Estimate): string {
  if (low === undefined) return ` (no interval: ${roundsText(run, n)})`;
  return verdict === "inconclusive" || verdict === "equivalent" ? ` (${verdict})` : "";
}

/** `2 rounds`, or where trials were lost `3 valid rounds of 5`. */
function roundsText({ results }: Run, rounds: number): string {
  const planned = new Set(results.plan.trials.map(({ round }) => round)).size;
  if (rounds < planned) return `${rounds} valid ${rounds === 1 ? "round" : "rounds"} of ${planned}`;
  return rounds === 1 ? "one round" : `${rounds} rounds`;
}

/** From one figure to the other only where the change between them is settled, and is of the same rounds as they are. */
function latencyClause(run: Run, variant: ShownVariant): string | undefined {
  const own = run.find("latency", variant.name, METRIC.p99);
  if (own === undefined) return undefined;
  const base = untracedP99(run);
  const ratio = run.againstNone("latency", variant.name, METRIC.p99);
  if (base === undefined) return `p99 ${centerText(own)} ms at ${rateText(run)}`;
  if (ratio === undefined || ratio.n < MIN_ROUNDS) return `p99 not told: ${roundsText(run, ratio?.n ?? 0)}`;
  const isOfSameRounds = base.n === ratio.n && own.n === ratio.n;
  const told =
    isOfSameRounds && ratio.verdict !== "inconclusive"
      ? `${centerText(base)} → ${centerText(own)} ms`
      : changeText(ratio);
  return `p99 ${told} at ${rateText(run)}${doubt(run, ratio)}`;
}

function untracedP99(run: Run): Estimate | undefined {
  const untraced = run.variants.filter(({ role }) => role === "none");
  return untraced.length === 1 ? run.find("latency", untraced[0]!.name, METRIC.p99) : undefined;
}

/** The rate at each variant, in the latency phase unless said otherwise. */
export function rateText({ results }: Run, phase: Phase = "latency"): string {
  return `${countText(rateOf(results.scenario, phase, results.plan.variants.length))} requests/s`;
}

function capacityClause(run: Run, variant: ShownVariant): string {
  const own = run.find("capacity", variant.name, METRIC.throughput);
  if (own === undefined) return "has no figure";
  const ratio = run.againstNone("capacity", variant.name, METRIC.throughput);
  const change = ratio === undefined ? "" : `, ${changeText(ratio)} against no tracing`;
  return `carries ${figureText(own)} requests/s${change}${doubt(run, ratio ?? own)}`;
}

/** Losses at a given rate come first, where there are any at capacity, which are to be expected: as the table has them. */
function lossClause(run: Run, variant: ShownVariant): string | undefined {
  const trials = run.finished(variant.name);
  const [all, atRate, atCapacity] = [
    spanFate(trials),
    spanFate(trials.filter(({ trial }) => trial.phase !== "capacity")),
    spanFate(trials.filter(({ trial }) => trial.phase === "capacity")),
  ];
  if (all === undefined) return undefined;
  if (lostSpans(all) === 0 || atCapacity === undefined) return lostText(all);
  if (atRate === undefined) return `${lostText(all)} at capacity`;
  return `${lostText(atRate)} below capacity, and ${percentText(lostShare(atCapacity))} at capacity`;
}

function lostText(fate: SpanFate): string {
  const lost = lostSpans(fate);
  const share = lost === 0 ? "" : ` (${percentText(lostShare(fate))})`;
  return `${countText(lost)} of ${countText(sampledSpans(fate))} sampled spans lost${share}`;
}

function lostShare(fate: SpanFate): number {
  return sampledSpans(fate) === 0 ? 0 : lostSpans(fate) / sampledSpans(fate);
}

function keptClause(run: Run, variant: ShownVariant): string | undefined {
  const recall = errorRecallOf(run, variant);
  return recall && `it kept ${shareText(recall)} of the failed requests`;
}

/** What a difference is to be held against: how much two equal services differ on this machine, where that is known. */
function floorClause({ results }: Run): string | undefined {
  const { noiseFloor } = results.environment;
  if (noiseFloor === undefined || !results.scenario.phases.includes("cost")) return undefined;
  return `twice the same service (${noiseFloor.target}) differs by up to ${percentText(noiseFloor.cpuRatioHalfWidth)}`;
}

function ofMany(run: Run): string {
  const ranges = [
    rangeClause(run, "cost", METRIC.cpu, "CPU per request"),
    rangeClause(run, "latency", METRIC.p99, `p99 at ${rateText(run)}`),
    rangeClause(run, "capacity", METRIC.throughput, "throughput at capacity"),
  ].filter((clause) => clause !== undefined);
  const range =
    ranges.length === 0
      ? "none can be compared with no tracing"
      : `against no tracing, ${ranges.slice(0, 2).join("; ")}`;
  const unbacked = range.includes(UNBACKED) ? ` (${UNBACKED} no interval: too few rounds)` : "";
  const clauses = [`${run.asked.length} variants: ${range}${unbacked}`, lossesOfMany(run), floorClause(run)];
  return `${clauses.filter((clause) => clause !== undefined).join("; ")}.`;
}

function rangeClause(run: Run, phase: Phase, metric: string, what: string): string | undefined {
  const ratios = run.asked
    .flatMap(({ label, name }) => {
      const ratio = run.againstNone(phase, name, metric);
      return ratio === undefined ? [] : [{ label, ratio }];
    })
    .toSorted((a, b) => a.ratio.center - b.ratio.center);
  const [least, most] = [ratios[0], ratios.at(-1)];
  if (least === undefined || most === undefined) return undefined;
  const told = ({ label, ratio }: typeof least): string => `${changeText(ratio)} (${label})`;
  return least === most ? `${what} ${told(least)}` : `${what} from ${told(least)} to ${told(most)}`;
}

function lossesOfMany(run: Run): string {
  const losers = run.asked
    .flatMap(({ label, name }) => {
      const fate = spanFate(run.finished(name));
      return fate === undefined || lostSpans(fate) === 0 ? [] : [{ label, share: lostShare(fate) }];
    })
    .toSorted((a, b) => b.share - a.share);
  const worst = losers[0];
  if (worst === undefined) return "no span lost";
  return `spans lost by ${losers.length} of them, most by ${worst.label} (${percentText(worst.share)} of the sampled)`;
}

/** What the reader must know before believing the title. */
export function caveatsOf({ records, ending, plan }: Pick<Results, "records" | "ending" | "plan">): string[] {
  const residual = records.reduce((total, record) => total + (record.ledger?.residual ?? 0), 0);
  const failed = records.filter((record) => record.ending !== "completed").length;
  const invalid = records.filter((record) => record.ending === "completed" && !record.valid).length;
  const planned = plan.trials.length;
  const caveats: string[] = [];
  if (residual > 0)
    caveats.push(`${countText(residual)} spans are unaccounted for: the ledger has a residual, and that is a bug.`);
  if (failed > 0) caveats.push(`${failed} of ${records.length} trials did not come to their end.`);
  if (invalid > 0) {
    const [are, their] = invalid === 1 ? ["is", "its"] : ["are", "their"];
    caveats.push(`${invalid} of ${records.length} trials ${are} void; ${their} figures are left out of the estimates.`);
  }
  if (ending === "interrupted") caveats.push(`Interrupted: ${records.length} of ${planned} trials were run.`);
  return caveats;
}
