import type { Estimate } from "../estimate/estimate.ts";
import { phaseRow, rateOf } from "../spec/phases.ts";
import type { Phase } from "../spec/phases.ts";
import type { Results } from "../record/results.ts";
import {
  changeText,
  countText,
  differenceText,
  figureText,
  percentText,
  plain,
  savingText,
  shareText,
} from "./format.ts";
import type { TrialRecord } from "../record/trial-record.ts";
import { CPU, ERROR_RECALL, FIRST_ANSWER, KEPT_TRACES, P99, THROUGHPUT } from "./metrics.ts";
import { baselineName, type Run, type ShownVariant } from "./run.ts";
import { upgradeClause } from "./tables/versions.ts";
import { lostSpans, sampledSpans, spanFate, type SpanFate } from "./span-fate.ts";

/** The answer in a few clauses: what tracing costs, what was kept, what was lost. */
export function headlineOf(run: Run): string {
  const { records } = run.results;
  if (records.length === 0) return "Nothing was measured.";
  if (records.every(({ ending }) => ending !== "completed")) {
    const reason = records
      .find(({ failure }) => failure !== undefined)
      ?.failure?.split("\n", 2)
      .join(": ");
    return `Nothing was measured: none of ${records.length} trials was completed${reason === undefined ? "" : `, because ${reason}`}.`;
  }
  const [only, ...others] = run.asked;
  if (only === undefined) return "Nothing to compare: no variant is traced.";
  const clauses = others.length === 0 ? clausesOfOne(run, only) : clausesOfMany(run);
  return `${clauses.filter((clause) => clause !== undefined).join("; ")}.`;
}

function clausesOfOne(run: Run, variant: ShownVariant): (string | undefined)[] {
  return [
    `${variant.label}: ${effectText(run, variant)}`,
    savingClause(run, variant),
    latencyClause(run, variant),
    keptClause(run, variant),
    lossOf(run, variant),
  ];
}

/** The cheapest, the reference, and the losses of all. */
function clausesOfMany(run: Run): (string | undefined)[] {
  const traced = run.variants.filter(({ role }) => role !== "baseline");
  const costed = run.asked.flatMap((variant) => {
    const ratio = costRatio(run, variant);
    return ratio === undefined ? [] : [{ variant, ratio }];
  });
  const [cheapest] = costed.toSorted((a, b) => a.ratio.center - b.ratio.center);
  const build = cheapest?.variant.variant.build;
  const reference = traced.find(
    ({ role, id, variant }) => role === "reference" && id !== cheapest?.variant.id && variant.build === build,
  );
  const withKept = (variant: ShownVariant): string =>
    [effectText(run, variant), keptClause(run, variant)].filter((clause) => clause !== undefined).join(", ");
  return [
    cheapest === undefined
      ? `${run.asked.length} variants: none has a cost to compare with ${baselineText(run)}`
      : `Cheapest of ${run.asked.length}: ${cheapest.variant.label}, ${withKept(cheapest.variant)}`,
    reference && `${reference.label}: ${withKept(reference)}`,
    upgradeClause(run),
    lossOfMany(run, traced),
  ];
}

function costRatio(run: Run, { id }: ShownVariant): Estimate | undefined {
  return run.compare("baseline", CPU.phase, id, CPU.name).ratio;
}

/** What tracing costs in CPU; without that in throughput. */
function effectText(run: Run, { id }: ShownVariant): string {
  const { ratio, difference } = run.compare("baseline", CPU.phase, id, CPU.name);
  if (ratio !== undefined) {
    return `${addedText(run, ratio, difference)} against ${baselineText(run)}${doubtOf(run, ratio)}`;
  }
  const cpu = run.find(CPU.phase, id, CPU.name);
  if (cpu !== undefined) return `${figureText(cpu)} µs CPU per request, without a baseline${doubtOf(run, cpu)}`;
  const throughput = run.find(THROUGHPUT.phase, id, THROUGHPUT.name);
  if (throughput === undefined) return startText(run, id) ?? "CPU per request not measured";
  const change = run.compare("baseline", THROUGHPUT.phase, id, THROUGHPUT.name).ratio;
  const against = change === undefined ? "" : `, ${changeText(change)} against ${baselineText(run)}`;
  return `${figureText(throughput)} requests/s at capacity${against}${doubtOf(run, change ?? throughput)}`;
}

function startText(run: Run, id: string): string | undefined {
  const start = run.find(FIRST_ANSWER.phase, id, FIRST_ANSWER.name);
  const change = run.compare("baseline", FIRST_ANSWER.phase, id, FIRST_ANSWER.name).ratio;
  if (start === undefined) return undefined;
  const against = change === undefined ? "" : `, ${changeText(change)} against ${baselineText(run)}`;
  return `${figureText(start)} ms from its start to the first answer${against}`;
}

/** Absolute cost leads, because a percentage holds at one load only. */
function addedText(run: Run, ratio: Estimate, difference: Estimate | undefined): string {
  const share = `${changeText(ratio)} at ${rateText(run, CPU.phase)}`;
  if (difference === undefined) return `${share} CPU per request`;
  return `${differenceText(difference)} µs CPU per request = ${plain(difference.center / 1000)} cores per 1,000 requests/s (${share})`;
}

/** What it saves of what `always_on` takes. */
function savingClause(run: Run, { id }: ShownVariant): string | undefined {
  const reference = run.variants.find(({ role, id: other }) => role === "reference" && other !== id);
  if (reference === undefined) return undefined;
  const { ratio, difference } = run.compare(reference, CPU.phase, id, CPU.name);
  const whole = run.find(CPU.phase, reference.id, CPU.name);
  if (ratio === undefined || difference === undefined || whole === undefined) return undefined;
  return `it saves ${savingText(difference)} of ${reference.label}'s ${plain(whole.center)} µs${doubtOf(run, ratio)}`;
}

function baselineText({ results }: Run): string {
  const name = baselineName(results);
  if (results.environment.observed !== undefined) return name;
  return name === "noop" ? "noop (SDK disabled, instrumentation loaded)" : "no tracing";
}

/** Why a figure is no finding, in parentheses. */
function doubtOf({ results }: Run, { low, n, verdict, phase }: Estimate): string {
  const planned = new Set(results.plan.trials.filter((trial) => trial.phase === phase).map(({ round }) => round)).size;
  const missing =
    results.ending === "interrupted" ? `${n} of ${planned} rounds, interrupted` : `${n} valid of ${planned} rounds`;
  const rounds = n < planned ? missing : n === 1 ? "one round" : `${n} rounds`;
  if (low === undefined) return ` (no interval: ${rounds})`;
  return verdict === "inconclusive" || verdict === "equivalent" ? ` (${verdict})` : "";
}

function latencyClause(run: Run, { id }: ShownVariant): string | undefined {
  const own = run.find(P99.phase, id, P99.name);
  if (own === undefined) return undefined;
  const { ratio } = run.compare("baseline", P99.phase, id, P99.name);
  const text = ratio === undefined ? `${figureText(own)} ms` : changeText(ratio);
  return `p99 ${text} at ${rateText(run, P99.phase)}${doubtOf(run, ratio ?? own)}`;
}

/** The rate at each variant. */
export function rateText({ results }: Run, phase: Phase): string {
  return `${countText(rateOf(results.scenario, phase, results.plan.variants.length))} requests/s`;
}

function keptClause(run: Run, { id }: ShownVariant): string | undefined {
  const errors = run.findKept(id, ERROR_RECALL);
  if (errors !== undefined) return `${shareText(errors)} of failed requests kept`;
  const traces = run.findKept(id, KEPT_TRACES);
  return traces && `${shareText(traces)} of traces kept`;
}

/** Spans lost at a given rate first, then at capacity, where losses are expected. Without a ledger they are unknown. */
function lossOf(run: Run, { id }: ShownVariant): string | undefined {
  if (loaded(run, id).length === 0) return undefined;
  const { all, atRate, atCapacity } = fatesOf(run, id);
  if (all === undefined) return LOSS_UNKNOWN;
  if (lostSpans(all) === 0 || atRate === undefined || atCapacity === undefined) return lossText(all);
  return `${lossText(atRate)}, and ${percentText(lostShare(atCapacity))} at capacity`;
}

const LOSS_UNKNOWN = "spans lost: unknown, because there is no ledger";

function lossText(fate: SpanFate): string {
  const [lost, sampled] = [lostSpans(fate), sampledSpans(fate)];
  if (sampled === 0) return "no span was sampled";
  const share = lost === 0 ? "" : ` (${percentText(lostShare(fate))})`;
  const out = fate.sampledOut === 0 ? "" : `, ${countText(fate.sampledOut)} sampled out by the Collector`;
  return `${countText(lost)} of ${countText(sampled)} sampled spans lost${share}${out}`;
}

function lostShare(fate: SpanFate): number {
  return sampledSpans(fate) === 0 ? 0 : lostSpans(fate) / sampledSpans(fate);
}

function fatesOf(run: Run, id: string): Readonly<Record<"all" | "atRate" | "atCapacity", SpanFate | undefined>> {
  const trials = loaded(run, id);
  const of = (atCapacity: boolean): SpanFate | undefined =>
    fateOfAll(trials.filter(({ trial }) => (phaseRow(trial.phase).loop === "closed") === atCapacity));
  return { all: fateOfAll(trials), atRate: of(false), atCapacity: of(true) };
}

/** The phase `start` sends one request, and keeps no account of its spans. */
function loaded(run: Run, id: string): readonly TrialRecord[] {
  return run.usable(id).filter(({ load }) => load !== undefined);
}

/** Undefined if a trial has no ledger: what it lost is unknown, and so is the sum. */
function fateOfAll(trials: Parameters<typeof spanFate>[0]): SpanFate | undefined {
  return trials.every(({ ledger }) => ledger !== undefined) ? spanFate(trials) : undefined;
}

function lossOfMany(run: Run, variants: readonly ShownVariant[]): string | undefined {
  if (variants.every(({ id }) => loaded(run, id).length === 0)) return undefined;
  const fates = variants.map(({ id, label }) => ({ label, ...fatesOf(run, id) }));
  const known = fates.filter(({ all }) => all !== undefined);
  if (known.length === 0) return LOSS_UNKNOWN;
  const worstOf = (load: "atRate" | "atCapacity"): string | undefined => {
    const losers = known.flatMap(({ label, [load]: fate }) =>
      fate && lostSpans(fate) > 0 ? [{ label, share: lostShare(fate) }] : [],
    );
    const [worst] = losers.toSorted((a, b) => b.share - a.share);
    return (
      worst &&
      `by ${losers.length} of ${known.length} variants${load === "atCapacity" ? " at capacity" : ""}, most by ${worst.label} (${percentText(worst.share)})`
    );
  };
  const lost = (["atRate", "atCapacity"] as const).flatMap((load) => worstOf(load) ?? []);
  const unknown = fates.length - known.length;
  const rest = unknown === 0 ? "" : `; unknown of ${unknown}, without a ledger`;
  if (known.every(({ all }) => sampledSpans(all!) === 0)) return `no span was sampled${rest}`;
  return `${lost.length === 0 ? `no sampled span lost by ${known.length} variants` : `spans lost ${lost.join("; ")}`}${rest}`;
}

/** Spans that no cause accounts for, in all trials. */
export function unexplainedSpans(records: Results["records"]): number {
  return records.reduce((total, { ledger }) => total + (ledger?.source === "sdk" ? 0 : (ledger?.residual ?? 0)), 0);
}

/** What the reader must know before trusting the headline. */
export function caveatsOf({ records, ending, plan }: Pick<Results, "records" | "ending" | "plan">): string[] {
  const residual = unexplainedSpans(records);
  const failed = records.filter((record) => record.ending !== "completed").length;
  const invalid = records.filter((record) => record.ending === "completed" && !record.valid).length;
  return [
    ...(residual > 0
      ? [`${countText(residual)} spans are unaccounted for: the ledger has a residual, and that is a bug.`]
      : []),
    ...(failed > 0 ? [`${failed} of ${records.length} trials were not completed.`] : []),
    ...(invalid > 0 ? [`${invalid} of ${records.length} trials are invalid and in no estimate.`] : []),
    ...(ending === "interrupted" ? [`Interrupted: ${records.length} of ${plan.trials.length} trials were run.`] : []),
  ];
}
