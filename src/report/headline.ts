import { MIN_ROUNDS } from "../estimate/verdict.ts";
import type { Estimate } from "../estimate/estimate.ts";
import type { Results } from "../record/results.ts";
import {
  baselineText,
  costOf,
  cpuPhaseOf,
  doubtOf,
  effectText,
  NOT_MEASURED,
  savingClause,
  upgradeClause,
} from "./clauses/cost.ts";
import { dashboardClause } from "./clauses/dashboard.ts";
import { disobedienceClause } from "./clauses/disobedience.ts";
import { lossClause, lossOfMany, lossOfOthers } from "./clauses/loss.ts";
import { changeText, countText, figureText, roundsText, shareOfText, verdictWord } from "./format.ts";
import {
  CPU,
  ERROR_RECALL,
  KEPT_TRACES,
  MAIN_THREAD_CPU,
  P99,
  noChangeText,
  noKeptText,
  type Run,
  type ShownVariant,
} from "./run.ts";
import { healthOf, noFigures, unexplainedSpans } from "./health.ts";
import { rateText } from "./phase-sentence.ts";
import { priceClause } from "./tables/contrasts.ts";

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
    `${variant.label}: ${effectText(run, variant)}`,
    savingClause(run, variant),
    latencyClause(run, variant),
    keptClause(run, variant),
    dashboardClause(run),
    lossClause(run, variant),
    lossOfOthers(run, variant),
  ];
}

/** Variants that are named if none has a change of CPU. */
const MOST_NAMED = 3;

/** The cheapest, the reference, and the losses of all. */
function clausesOfMany(run: Run, candidates: readonly ShownVariant[]): (string | undefined)[] {
  const traced = run.variants.filter(({ role }) => role !== "baseline");
  // of a run for these, in which the phase cost was not measured, CPU is not the answer
  const dashboards = dashboardClause(run);
  const costed = candidates.flatMap((variant) => {
    const { difference } = costOf(run, variant, dashboards === undefined ? cpuPhaseOf(run) : CPU.phase);
    return difference === undefined ? [] : [{ variant, us: difference.center }];
  });
  const price = priceClause(run);
  if (price !== undefined) return [price, upgradeClause(run), lossOfMany(run, traced)];
  const [cheapest, next] = costed.toSorted((a, b) => a.us - b.us);
  const build = cheapest?.variant.variant.build;
  const reference = traced.find(
    ({ role, id, variant }) => role === "reference" && id !== cheapest?.variant.id && variant.build === build,
  );
  const withKept = (variant: ShownVariant): string =>
    [effectText(run, variant), keptClause(run, variant)].filter((clause) => clause !== undefined).join(", ");
  const named = (variant: ShownVariant): string => `${variant.label}: ${withKept(variant)}`;
  return [
    cheapest === undefined
      ? (dashboards ?? uncostedText(run, candidates, named))
      : `Cheapest of ${costed.length}${costed.length < candidates.length ? " with a known cost" : ""}: ${cheapest.variant.label}${tieText(run, cheapest.variant, next?.variant)}, ${withKept(cheapest.variant)}`,
    reference && named(reference),
    cheapest && dashboards,
    upgradeClause(run),
    lossOfMany(run, traced),
  ];
}

/** Without a change of CPU: what each variant has instead, such as its throughput. */
function uncostedText(run: Run, candidates: readonly ShownVariant[], named: (variant: ShownVariant) => string): string {
  const known = candidates.filter((variant) => effectText(run, variant) !== NOT_MEASURED);
  if (known.length === 0) return `${candidates.length} variants without a known cost against ${baselineText(run)}`;
  const more = known.length > MOST_NAMED ? `; and ${known.length - MOST_NAMED} more` : "";
  return known.slice(0, MOST_NAMED).map(named).join("; ") + more;
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
  if (tested === undefined) return ` (not tested against ${next.label})`;
  const { verdict } = tested;
  const words =
    verdict === "equivalent" ? "equivalent to" : `${verdict === "inconclusive" ? verdict : "no verdict"} against`;
  return ` (${words} ${next.label}${verdict === "inconclusive" ? mainThreadText(run, tested) : ""})`;
}

/** `, but the main thread is cheaper`: what is decided of it, if all CPU decides nothing. */
function mainThreadText(run: Run, { variant, against }: Estimate): string {
  const { phase, name } = MAIN_THREAD_CPU;
  const { ratio } = run.compare({ id: against! }, phase, variant, name);
  if (ratio?.verdict === undefined || ratio.verdict === "inconclusive") return "";
  if (ratio.verdict === "equivalent") return ", equivalent by the main thread";
  const word = verdictWord(ratio, false);
  return `, but ${run.labelOf(variant)}'s main thread is ${word}`;
}

function latencyClause(run: Run, { id }: ShownVariant): string | undefined {
  const own = run.find(P99.phase, id, P99.name);
  const { ratio } = run.compare("baseline", P99.phase, id, P99.name);
  const missing = ratio === undefined ? noChangeText(run, P99.phase, id) : undefined;
  if (missing !== undefined) return `p99: no finding: ${missing}`;
  if (own === undefined) return undefined;
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

/** What the reader must know before trusting the headline. */
export function caveatsOf(results: Pick<Results, "records" | "ending" | "plan" | "scenario">): string[] {
  const { records, ending, plan, scenario } = results;
  const residual = unexplainedSpans(records) ?? 0;
  const rounds = Math.max(0, ...plan.trials.map(({ round }) => round));
  return [
    ...(plan.builds === undefined
      ? []
      : ["Two commits were measured: compare FILE has the verdicts of one against the other."]),
    ...(residual > 0
      ? [`${countText(residual)} spans are unaccounted for: the ledger has a residual, and that is a bug.`]
      : []),
    ...healthOf(records, ending === "interrupted" ? plan.trials.length : undefined),
    ...noFigures(results, records),
    ...(scenario.target.kind.address === undefined
      ? []
      : ["The service was not restarted: intervals hold for the process that ran, not for its restarts."]),
    ...(rounds < MIN_ROUNDS ? [`No verdicts: ${roundsText(rounds)}, and a verdict needs ${MIN_ROUNDS}.`] : []),
  ];
}
