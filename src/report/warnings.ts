import type { Estimate } from "../estimate/estimate.ts";
import type { Phase } from "../spec/phases.ts";
import type { TrialRecord, Warning } from "../record/trial-record.ts";
import { metricTitle } from "./format.ts";
import type { Table, WarningGroup } from "./report.ts";
import type { Run } from "./run.ts";

/** A warning with its phase, and the label of its variant. */
export interface PlacedWarning {
  readonly warning: Warning;
  readonly phase: Phase;
  readonly label: string;
  /** The trial that carries it. Ids of trials of two files are alike. */
  readonly trial?: TrialRecord;
  /** The figure that carries it. */
  readonly estimate?: Estimate;
}

/** Their limit is the variant's own: ranges over several variants would hide which one misses it. */
const OF_VARIANT: ReadonlySet<string> = new Set(["kept-share", "sampling-ratio", "variant-without-effect"]);

/** The threshold is the metric's own. */
const OF_METRIC: ReadonlySet<string> = new Set(["inconclusive"]);

/** `~` and the table of failed trials show these already. */
const SHOWN_ELSEWHERE: ReadonlySet<string> = new Set(["one-round", "trials-left-out"]);

/** The warnings of trials, and of the estimates that the tables show. */
export function warningsOf({ results: { records }, labelOf }: Run, tables: readonly Table[]): WarningGroup[] {
  const shown = new Set(tables.flatMap(({ rows }) => rows.flat()).flatMap(({ estimate }) => estimate ?? []));
  const ofEstimates = [...shown].flatMap((estimate) => warningsOfEstimate(estimate, labelOf));
  return groupWarnings([...warningsOfTrials(records, labelOf), ...ofEstimates], records);
}

export function warningsOfEstimate(estimate: Estimate, labelOf: (variant: string) => string): PlacedWarning[] {
  const { warnings, phase, variant } = estimate;
  return warnings.map((warning) => ({ warning, phase, label: labelOf(variant), estimate }));
}

export function warningsOfTrials(
  records: readonly TrialRecord[],
  labelOf = (variant: string): string => variant,
): PlacedWarning[] {
  return records.flatMap((trial) =>
    trial.warnings.map((warning) => ({
      warning,
      phase: trial.trial.phase,
      label: labelOf(trial.trial.variant),
      trial,
    })),
  );
}

/**
 * Groups by code: first those that invalidate trials, then by the number of trials. What differs in numbers or programs only is
 * one case, within a variant or a metric if it is about a limit of its own. The commonest case is the first.
 */
export function groupWarnings(placed: readonly PlacedWarning[], records: readonly TrialRecord[]): WarningGroup[] {
  const gravestFirst = placed.toSorted((a, b) => Number(isInvalidating(b)) - Number(isInvalidating(a)));
  const shown = gravestFirst.filter(({ warning }) => !SHOWN_ELSEWHERE.has(warning.code));
  return [...Map.groupBy(shown, ({ warning }) => warning.code)]
    .map(([code, group]) => ({ code, group, invalidates: group.some(isInvalidating), trials: trialsOf(group).size }))
    .toSorted((a, b) => Number(b.invalidates) - Number(a.invalidates) || b.trials - a.trials)
    .map(({ code, group, invalidates }) => ({
      code,
      invalidates,
      extent: extentOf(group, records),
      cases: [...Map.groupBy(group, caseOf).values()]
        .map((same) => ({
          message: `${subjectOf(same[0]!)}${rangedMessage(same.map(({ warning }) => warning.message))}${programsText(same)}`,
          fix: strongestFix(same.map(({ warning }) => warning.fix)),
          places: placesOf(same),
          count: countOf(same),
        }))
        .toSorted((a, b) => b.count - a.count),
    }));
}

function isInvalidating({ warning }: PlacedWarning): boolean {
  return warning.invalidates === true;
}

function caseOf(placed: PlacedWarning): string {
  const { message, fix } = placed.warning;
  return `${subjectOf(placed)}\n${shapeOf(`${message}\n${fix}`)}`;
}

/** `ratio:0.1: `, what a case is about, if its limit is not that of all. */
function subjectOf({ warning: { code }, label, estimate }: PlacedWarning): string {
  if (OF_VARIANT.has(code)) return `${label}: `;
  return OF_METRIC.has(code) && estimate ? `${metricTitle(estimate.metric)}: ` : "";
}

/** `; busiest: chrome, tsc`, what most warnings name first. */
function programsText(placed: readonly PlacedWarning[]): string {
  const names = placed.flatMap(({ warning }) => warning.programs ?? []);
  const byCount = [...Map.groupBy(names, (name) => name)].toSorted(([, a], [, b]) => b.length - a.length);
  return byCount.length === 0 ? "" : `; busiest: ${listNames(new Set(byCount.map(([name]) => name)))}`;
}

/** All codes in one sentence, for the top of the report: `Warnings: drift (13 of 45 trials), inconclusive (4 figures).` */
export function warningSummary(groups: readonly WarningGroup[], about = "Warnings"): string[] {
  const codes = groups.map(({ code, extent }) => `${code} (${extent})`);
  return codes.length === 0 ? [] : [`${about}: ${codes.join(", ")}.`];
}

function extentOf(group: readonly PlacedWarning[], records: readonly TrialRecord[]): string {
  const trials = trialsOf(group);
  const count = countOf(group);
  if (trials.size === 0) return count === 1 ? "1 figure" : `${count} figures`;
  const invalid = trialsOf(group.filter(isInvalidating));
  return `${trials.size} of ${records.length} trials${invalid.size > 0 ? `, ${invalid.size} invalid` : ""}`;
}

/** Trials; of warnings that no trial carries, figures: ratio and difference of one comparison are one. */
function countOf(group: readonly PlacedWarning[]): number {
  const figureOf = (one: PlacedWarning): unknown =>
    one.estimate ? `${one.phase} ${one.label} ${one.estimate.metric} ${one.estimate.against}` : one;
  return trialsOf(group).size || new Set(group.map(figureOf)).size;
}

function trialsOf(group: readonly PlacedWarning[]): ReadonlySet<TrialRecord> {
  return new Set(group.flatMap(({ trial }) => trial ?? []));
}

/** One place a phase: `latency: none, always_on (3 trials)`. */
function placesOf(placed: readonly PlacedWarning[]): string[] {
  return [...Map.groupBy(placed, ({ phase }) => phase)].map(([phase, same]) => {
    const trials = trialsOf(same).size;
    const count = trials === 0 ? "" : ` (${trials} ${trials === 1 ? "trial" : "trials"})`;
    return `${phase}: ${listNames(new Set(same.map(({ label }) => label)))}${count}`;
  });
}

const MOST_NAMES = 6;

/** Names with commas, the first few of many. */
export function listNames(names: ReadonlySet<string>): string {
  const more = names.size > MOST_NAMES ? `, and ${names.size - MOST_NAMES} more` : "";
  return [...names].slice(0, MOST_NAMES).join(", ") + more;
}

/** A number by itself or of seconds, not the digits of a name such as `p99` or `cost-1-2`. */
const NUMBER = /(?<![\w.-])-?\d+(?:\.\d+)?(?=s?(?![\w-]))/g;

/** The message without its numbers: messages of the same shape are shown as one. */
export function shapeOf(message: string): string {
  return message.replaceAll(NUMBER, "#");
}

/** One message for all of one shape: `p99 2.4 … 21.7 ms after (limit 2.0 ms)`. */
export function rangedMessage(messages: readonly string[]): string {
  return merge(messages, (least, most) => (Number(least) === Number(most) ? least : `${least} … ${most}`));
}

/** One fix for all of one shape, with the largest numbers, and the lowest rates: `--rounds 11`, `--cost-rate to 300/s`. */
export function strongestFix(fixes: readonly string[]): string {
  return merge(fixes, (least, most, isRate) => (isRate ? least : most));
}

function merge(texts: readonly string[], choose: (least: string, most: string, isRate: boolean) => string): string {
  const numbers = texts.map((text) => text.match(NUMBER) ?? []);
  let position = 0;
  return (texts[0] ?? "").replaceAll(NUMBER, (number: string, at: number, text: string) => {
    const sorted = numbers.flatMap((own) => own[position] ?? []).toSorted((a, b) => Number(a) - Number(b));
    position++;
    const isRate = text.startsWith("/s", at + number.length);
    return choose(sorted[0]!, sorted.at(-1)!, isRate).replaceAll("-", "−");
  });
}
