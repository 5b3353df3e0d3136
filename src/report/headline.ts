import { MIN_ROUNDS } from "../estimate/verdict.ts";
import type { Results } from "../record/results.ts";
import {
  baselineText,
  costOf,
  cpuPhaseOf,
  doubtOf,
  effectText,
  fullName,
  savingClause,
  upgradeClause,
} from "./clauses/cost.ts";
import { dashboardClause } from "./clauses/dashboard.ts";
import { disobedienceClause } from "./clauses/disobedience.ts";
import { changeText, countText, figureText, roundsText, shareOfText, percentText } from "./format.ts";
import { CPU, ERROR_RECALL, KEPT_TRACES, P99, noKeptText, type Run, type ShownVariant } from "./run.ts";
import { healthOf, noFigures, unexplainedSpans } from "./health.ts";
import { rateText } from "./phase-sentence.ts";
import { priceClause } from "./tables/contrasts.ts";
import { phaseRow } from "../spec/phases.ts";
import type { TrialRecord } from "../record/trial-record.ts";
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
  const candidates = candidatesOf(run.asked);
  const [only, ...others] = candidates;
  if (only === undefined) return "Nothing to compare: no variant is traced.";
  const own = others.length === 0 ? clausesOfOne(run, only) : clausesOfMany(run, candidates);
  const clauses = [disobedienceClause(run), ...own];
  return `${clauses.filter((clause) => clause !== undefined).join("; ")}.`;
}

/** Those of the variants that trace and may keep a trace, if there are any: no one would run another in production. */
function candidatesOf(asked: readonly ShownVariant[]): readonly ShownVariant[] {
  const tracing = asked.filter(
    ({ variant: { sampler } }) => sampler.kind.traced && sampler.kind.probability?.(sampler.config) !== 0,
  );
  return tracing.length > 0 ? tracing : asked;
}

function clausesOfOne(run: Run, variant: ShownVariant): (string | undefined)[] {
  return [
    `${fullName(run, variant)}: ${effectText(run, variant)}`,
    savingClause(run, variant),
    latencyClause(run, variant),
    keptClause(run, variant),
    dashboardClause(run),
    lossClause(run, variant),
  ];
}

/** The cheapest, the reference, and the losses of all. */
function clausesOfMany(run: Run, candidates: readonly ShownVariant[]): (string | undefined)[] {
  const traced = run.variants.filter(({ role }) => role !== "baseline");
  // of a run for these, in which the phase cost was not measured, CPU is not the answer
  const dashboards = dashboardClause(run);
  const costed = candidates.flatMap((variant) => {
    const { ratio, difference } = costOf(run, variant, dashboards === undefined ? cpuPhaseOf(run) : CPU.phase);
    // each Node has a baseline of its own, so the order of µs may not be that of ratios
    return ratio === undefined ? [] : [{ variant, added: (difference ?? ratio).center }];
  });
  const price = priceClause(run);
  if (price !== undefined) return [price, upgradeClause(run), lossOfMany(run, traced)];
  const [cheapest, next] = costed.toSorted((a, b) => a.added - b.added);
  const build = cheapest?.variant.variant.build;
  const reference = traced.find(
    ({ role, id, variant }) => role === "reference" && id !== cheapest?.variant.id && variant.build === build,
  );
  const withKept = (variant: ShownVariant): string =>
    [effectText(run, variant), keptClause(run, variant)].filter((clause) => clause !== undefined).join(", ");
  return [
    cheapest === undefined
      ? (dashboards ?? `${candidates.length} variants without a known cost against ${baselineText(run)}`)
      : `Cheapest of ${costed.length}${costed.length < candidates.length ? " with a known cost" : ""}: ${fullName(run, cheapest.variant)}${tieText(run, cheapest.variant, next?.variant)}, ${withKept(cheapest.variant)}`,
    reference && `${fullName(run, reference)}: ${withKept(reference)}`,
    cheapest && dashboards,
    upgradeClause(run),
    lossOfMany(run, traced),
  ];
}

/** Unless the paired contrast settles that the next one costs more. */
function tieText(run: Run, cheapest: ShownVariant, next: ShownVariant | undefined): string {
  if (next === undefined) return "";
  // the contrast of two variants is of the service alone, with what it takes without tracing, and in one direction
  const [own, other] = [cheapest.variant, next.variant];
  const isOfAll = own.collector === undefined && other.collector === undefined && own.node === other.node;
  const contrast = (from: ShownVariant, to: ShownVariant) => run.compare(from, CPU.phase, to.id, CPU.name).ratio;
  const [down, up] = isOfAll ? [contrast(next, cheapest), contrast(cheapest, next)] : [];
  if (down?.verdict === "improvement" || up?.verdict === "regression") return "";
  const tested = down ?? up;
  if (tested === undefined) return ` (not tested against ${fullName(run, next)})`;
  const { verdict } = tested;
  const words =
    verdict === "equivalent" ? "equivalent to" : `${verdict === "inconclusive" ? verdict : "no verdict"} against`;
  return ` (${words} ${fullName(run, next)})`;
}

function latencyClause(run: Run, { id }: ShownVariant): string | undefined {
  const own = run.find(P99.phase, id, P99.name);
  if (own === undefined) return undefined;
  const { ratio } = run.compare("baseline", P99.phase, id, P99.name);
  const shown = ratio ?? own;
  if (shown.low === undefined) return `p99: no finding at ${rateText(run, P99.phase)}${doubtOf(run, shown)}`;
  const text = ratio === undefined ? `${figureText(own)} ms` : changeText(ratio);
  return `p99 ${text} at ${rateText(run, P99.phase)}${doubtOf(run, shown)}`;
}

function keptClause(run: Run, shown: ShownVariant): string | undefined {
  const { id } = shown;
  const missing = noKeptText(run, shown);
  if (missing !== undefined) return `what it kept is unknown (${missing} in the phase ${run.keptPhase})`;
  // the usual phase needs no name
  const isUsual = run.keptPhase === P99.phase || !run.results.scenario.phases.includes(P99.phase);
  const kept = isUsual ? "kept" : `kept in the phase ${run.keptPhase}`;
  const errors = run.findKept(id, ERROR_RECALL);
  if (errors !== undefined) return `${shareOfText(errors, "failed requests")} ${kept}${doubtOf(run, errors)}`;
  const traces = run.findKept(id, KEPT_TRACES);
  return traces && `${shareOfText(traces, "traces")} ${kept}${doubtOf(run, traces)}`;
}

/** With `--quick`, or so few `--rounds`. */
function fewRounds(trials: readonly { readonly round: number }[]): string[] {
  const rounds = Math.max(0, ...trials.map(({ round }) => round));
  return rounds >= MIN_ROUNDS ? [] : [`No verdicts: ${roundsText(rounds)}, and a verdict needs ${MIN_ROUNDS}.`];
}

/** What the reader must know before trusting the headline. */
export function caveatsOf(results: Pick<Results, "records" | "ending" | "plan" | "scenario">): string[] {
  const { records, ending, plan, scenario } = results;
  const residual = unexplainedSpans(records) ?? 0;
  return [
    ...(residual > 0
      ? [`${countText(residual)} spans are unaccounted for: the ledger has a residual, and that is a bug.`]
      : []),
    ...healthOf(records, ending === "interrupted" ? plan.trials.length : undefined),
    ...noFigures(results),
    ...(scenario.target.kind.address === undefined
      ? []
      : ["The service was not restarted: intervals hold for the process that ran, not for its restarts."]),
    ...fewRounds(plan.trials),
  ];
}

/** Spans lost at a given rate first, then at capacity, where losses are expected. Without a ledger they are unknown. */
export function lossClause(run: Run, { id }: ShownVariant): string | undefined {
  if (loaded(run, id).length === 0) return undefined;
  const { all, atRate, atCapacity } = fatesOf(run, id);
  if (all === undefined) return lossOfSomePhases(loaded(run, id));
  if (lostSpans(all) === 0 || atRate === undefined || atCapacity === undefined) return lossText(all);
  return `${lossText(atRate)}, and ${percentText(lostShare(atCapacity))} at capacity`;
}

/** Some services count their spans in one phase only. */
function lossOfSomePhases(trials: readonly TrialRecord[]): string {
  const counted = Object.entries(Object.groupBy(trials, ({ trial }) => trial.phase)).flatMap(([phase, own]) => {
    const fate = fateOfAll(own);
    return fate === undefined ? [] : [`${lossText(fate)} in the phase ${phase}`];
  });
  return counted.length === 0 ? LOSS_UNKNOWN : `${counted.join(", ")}, unknown in the others`;
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

export function lossOfMany(run: Run, variants: readonly ShownVariant[]): string | undefined {
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
  return `${lost.length === 0 ? `no sampled span lost by ${known.length === 1 ? known[0]!.label : `${known.length} variants`}` : `spans lost ${lost.join("; ")}`}${rest}`;
}
