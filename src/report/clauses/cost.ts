import type { Estimate } from "../../estimate/estimate.ts";
import { negated } from "../../estimate/advise/figures.ts";
import { axisText, versionAxis } from "../../plan/variant.ts";
import { phaseRow, type Phase } from "../../spec/phases.ts";
import { changeText, differenceText, figureText, reasonText, verdictWord } from "../format.ts";
import {
  COLLECTOR_CPU,
  CPU,
  FIRST_ANSWER,
  PIPELINE_CPU,
  THROUGHPUT,
  baselineName,
  noChangeText,
  type Comparison,
  type Judged,
  type Run,
  type ShownVariant,
} from "../run.ts";
import { rateText } from "../phase-sentence.ts";

/** CPU per request against the baseline; of service and Collector together if the variant has a Collector. */
export function costOf(run: Run, { id, variant }: ShownVariant, phase: Phase = CPU.phase): Comparison {
  return run.compare("baseline", phase, id, (variant.collector === undefined ? CPU : PIPELINE_CPU).name);
}

/** In which the headline's CPU was measured: cost, or the first other phase at a given rate. */
export function cpuPhaseOf({ estimates, results }: Run): Phase {
  const isKnown = (phase: Phase): boolean => estimates.some((one) => one.phase === phase && one.metric === CPU.name);
  const measured = [CPU.phase, ...results.scenario.phases.filter((phase) => phaseRow(phase).loop === "open")];
  return measured.find(isKnown) ?? CPU.phase;
}

/** Variants whose Collector has used CPU of an unknown amount. */
export function unknownCollectors(run: Run): string[] {
  const unknown = run.variants.filter(
    (shown) =>
      shown.variant.collector !== undefined &&
      run.find(CPU.phase, shown.id, CPU.name) !== undefined &&
      run.find(CPU.phase, shown.id, COLLECTOR_CPU) === undefined,
  );
  return unknown.length === 0
    ? []
    : [
        `CPU of the Collector and of both together is unknown: ${unknown.map(({ label }) => label).join("; ")}. The warnings have the reason.`,
      ];
}

export const NOT_MEASURED = "CPU per request not measured";

/** What tracing costs in CPU; without that in throughput. */
export function effectText(run: Run, shown: ShownVariant): string {
  const { id } = shown;
  const phase = cpuPhaseOf(run);
  const { ratio, difference } = run.compare("baseline", phase, id, CPU.name);
  if (ratio !== undefined && difference !== undefined)
    return `${addedText(run, shown, ratio, difference)} against ${baselineText(run)}${doubtOf(run, ratio)}`;
  const cpu = run.find(phase, id, CPU.name);
  const missing = noChangeText(run, phase, id);
  if (cpu !== undefined)
    return `${figureText(cpu)} µs CPU per request${inPhase(phase)}${doubtOf(run, cpu)}, ${missing === undefined ? `not compared with ${baselineName(run.results)}` : `no change: ${missing}`}`;
  const noCpu = missing && `CPU per request: no finding: ${missing}`;
  const other =
    otherText(run, id, THROUGHPUT, "requests/s at capacity") ??
    otherText(run, id, FIRST_ANSWER, "ms from its start to the first answer");
  const texts = [noCpu, other].filter((text) => text !== undefined);
  return texts.length === 0 ? NOT_MEASURED : texts.join("; ");
}

/** `6,146 ±900 requests/s at capacity, −56 % against no tracing`. */
function otherText(run: Run, id: string, { phase, name }: Judged, unit: string): string | undefined {
  const figure = run.find(phase, id, name);
  if (figure === undefined) return undefined;
  const change = run.compare("baseline", phase, id, name).ratio;
  const against = change === undefined ? "" : `, ${changeText(change)} against ${baselineText(run)}`;
  return `${figureText(figure)} ${unit}${against}${doubtOf(run, change ?? figure)}`;
}

/** Absolute cost leads, because a percentage holds at one load only. A Collector's cost stands beside the service's. */
function addedText(run: Run, shown: ShownVariant, ratio: Estimate, difference: Estimate): string {
  const share = `${changeText(ratio)} at ${rateText(run, ratio.phase)}${inPhase(ratio.phase)}`;
  const coresText = (added: Estimate): string => `= ${figureText(added, 1 / 1000)} cores per 1,000 requests/s`;
  const collector = run.find(ratio.phase, shown.id, COLLECTOR_CPU);
  const both = costOf(run, shown, ratio.phase).difference;
  const added = `${differenceText(difference)} µs CPU per request`;
  if (shown.variant.collector === undefined) return `${added} ${coresText(difference)} (${share})`;
  const apart = collector === undefined ? "an unknown amount" : `${figureText(collector)} µs`;
  const together = both === undefined ? "" : ` together ${differenceText(both)} µs ${coresText(both)},`;
  return `${added} in the service (${share}) and ${apart} in the Collector,${together}`;
}

/** The phase cost needs no name. */
function inPhase(phase: Phase): string {
  return phase === CPU.phase ? "" : ` in the phase ${phase}`;
}

/** `always_on: +206 ±10 µs, so ratio:0.1 saves 65 ±14 µs of that`: both are added to the same service without tracing. */
export function savingClause(run: Run, { id, label, variant }: ShownVariant): string | undefined {
  const reference = run.variants.find(({ role, id: other }) => role === "reference" && other !== id);
  if (reference === undefined) return undefined;
  const { ratio, difference } = run.compare(reference, CPU.phase, id, CPU.name);
  if (ratio === undefined || difference === undefined) return undefined;
  const place = variant.collector === undefined ? "" : " in the service";
  const price = run.compare("baseline", CPU.phase, reference.id, CPU.name);
  const isDearer = difference.center > 0;
  const apart = `${figureText(isDearer ? difference : negated(difference))} µs`;
  const doubt = `${place}${doubtOf(run, ratio)}`;
  const alone = `${label} takes ${apart} ${isDearer ? "more" : "less"} than ${reference.label}${doubt}`;
  if (price.ratio === undefined || price.difference === undefined) return alone;
  const whole = `${reference.label}: ${differenceText(price.difference)} µs`;
  // a part is saved only of what is shown to be there
  if (price.ratio.verdict !== "regression") return `${whole}${doubtOf(run, price.ratio)}, and ${alone}`;
  return `${whole}, ${isDearer ? `and ${label} takes ${apart} more` : `so ${label} saves ${apart} of that`}${doubt}`;
}

/** The toll of the first upgrade of SDK or Node under one sampler. */
export function upgradeClause(run: Run): string | undefined {
  const pairs = run.variants.flatMap((after, at) => run.variants.slice(0, at).map((before) => ({ before, after })));
  for (const { before, after } of pairs) {
    const axis = versionAxis(before.variant, after.variant);
    const { ratio, difference } = run.compare(before, CPU.phase, after.id, CPU.name);
    if (axis === undefined || ratio === undefined || difference === undefined) continue;
    const [from, to] = [before, after].map(({ variant }) => axisText(variant, axis));
    return `${axis} ${to} against ${from} under ${after.variant.sampler.text}: ${differenceText(difference)} µs, ${changeText(ratio)} CPU per request (${verdictWord(ratio, false) ?? reasonText(ratio)})`;
  }
  return undefined;
}

export function baselineText({ results }: Run): string {
  const name = baselineName(results);
  if (results.environment.observed !== undefined) return name;
  return name === "noop" ? "noop (SDK disabled, instrumentation loaded)" : "no tracing";
}

/** Why a figure is no finding, in parentheses. */
export function doubtOf({ results }: Run, estimate: Estimate): string {
  const { low, n, verdict, warnings, phase } = estimate;
  const planned = new Set(results.plan.trials.filter((trial) => trial.phase === phase).map(({ round }) => round)).size;
  const ended = results.records.filter(({ trial, ending }) => trial.phase === phase && ending !== "aborted");
  const isCut = results.ending === "interrupted" && new Set(ended.map(({ trial }) => trial.round)).size < planned;
  const missing = isCut ? `${n} of ${planned} rounds, interrupted` : `${n} valid of ${planned} rounds`;
  if (low === undefined) return ` (no interval: ${reasonText(estimate, n < planned ? missing : undefined)})`;
  if (verdict === undefined && warnings.some(({ code }) => code === "few-rounds"))
    return ` (no verdict: ${reasonText(estimate)})`;
  return verdict === "inconclusive" || verdict === "equivalent" ? ` (${verdict})` : "";
}
