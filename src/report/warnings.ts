import type { Estimate } from "../estimate/estimate.ts";
import { findMetric } from "../record/metrics.ts";
import type { Phase } from "../spec/phases.ts";
import type { TrialRecord, Warning } from "../record/trial-record.ts";
import type { Table, WarningGroup } from "./report.ts";
import type { Run } from "./run.ts";

/** A warning with its phase, and the label of its variant. */
export interface PlacedWarning {
  readonly warning: Warning;
  readonly phase: Phase;
  readonly label: string;
  /** The trial that carries it. Ids of trials of two files are alike. */
  readonly trial?: TrialRecord;
  /** The figure that carries it: ratio and difference of one comparison are one. Absent: one of its own. */
  readonly figure?: string;
  /** The title of that figure's metric. */
  readonly metric?: string;
}

/** Their limit is the variant's own: ranges over several variants would hide which one misses it. */
const OF_VARIANT: ReadonlySet<string> = new Set(["kept-share", "sampling-ratio", "variant-without-effect"]);

/** The threshold is the metric's own. */
const OF_METRIC: ReadonlySet<string> = new Set(["inconclusive"]);

type Extent = Pick<WarningGroup, "code" | "extent">;

/** `~` and the table of failed trials show these already. */
const SHOWN_ELSEWHERE: ReadonlySet<string> = new Set(["one-round", "trials-left-out"]);

/** The warnings of trials, and of the estimates that the tables show. */
export function warningsOf({ results, labelOf }: Run, tables: readonly Table[]): WarningGroup[] {
  const shown = new Set(tables.flatMap(({ rows }) => rows.flat()).flatMap(({ estimate }) => estimate ?? []));
  const ofEstimates = [...shown].flatMap((estimate) => warningsOfEstimate(estimate, labelOf));
  const placed = [...warningsOfTrials(results.records, labelOf), ...ofEstimates];
  return groupWarnings(
    placed.filter(({ warning }) => !SHOWN_ELSEWHERE.has(warning.code)),
    results.records,
  );
}

export function warningsOfEstimate(
  { warnings, phase, variant, metric, against }: Estimate,
  labelOf: (variant: string) => string,
): PlacedWarning[] {
  const figure = JSON.stringify([phase, variant, metric, against]);
  const title = findMetric(metric)?.title ?? metric;
  return warnings.map((warning) => ({ warning, phase, label: labelOf(variant), figure, metric: title }));
}

/** One line for a page without the report's warnings: those of all trials, and of these figures. */
export function warningLine(records: readonly TrialRecord[], ofFigures: readonly PlacedWarning[]): string[] {
  const placed = [...warningsOfTrials(records), ...ofFigures];
  const groups = groupWarnings(
    placed.filter(({ warning }) => !SHOWN_ELSEWHERE.has(warning.code)),
    records,
  );
  return groups.length === 0
    ? []
    : [`Warnings of the trials and of these figures: ${codesText(groups)}. The report says what they mean.`];
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
  const gravestFirst = placed.toSorted(
    (a, b) => Number(b.warning.invalidates === true) - Number(a.warning.invalidates === true),
  );
  return [...Map.groupBy(gravestFirst, ({ warning }) => warning.code)]
    .map(([code, group]) => ({
      code,
      group,
      trials: trialsOf(group).size,
      invalidates: group.some(({ warning }) => warning.invalidates === true),
    }))
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

function caseOf(placed: PlacedWarning): string {
  const { message, fix } = placed.warning;
  return `${subjectOf(placed)}\n${shapeOf(`${message}\n${fix}`)}`;
}

/** `ratio:0.1: `, what a case is about, if its limit is not that of all. */
function subjectOf({ warning: { code }, label, metric }: PlacedWarning): string {
  const subject = OF_VARIANT.has(code) ? label : OF_METRIC.has(code) ? metric : undefined;
  return subject === undefined ? "" : `${subject}: `;
}

/** `; busiest: chrome, tsc`, what most warnings name first. */
function programsText(placed: readonly PlacedWarning[]): string {
  const names = placed.flatMap(({ warning }) => warning.programs ?? []);
  const byCount = [...Map.groupBy(names, (name) => name)].toSorted(([, a], [, b]) => b.length - a.length);
  return byCount.length === 0 ? "" : `; busiest: ${listNames(new Set(byCount.map(([name]) => name)))}`;
}

/** All codes in one sentence, for the top of the report: `Warnings: drift (13 of 45 trials), inconclusive (4 figures).` */
export function warningSummary(groups: readonly Extent[]): string[] {
  return groups.length === 0 ? [] : [`Warnings: ${codesText(groups)}.`];
}

export function codesText(groups: readonly Extent[]): string {
  return groups.map(({ code, extent }) => `${code} (${extent})`).join(", ");
}

function extentOf(group: readonly PlacedWarning[], records: readonly TrialRecord[]): string {
  const trials = trialsOf(group);
  const count = countOf(group);
  if (trials.size === 0) return count === 1 ? "1 figure" : `${count} figures`;
  const invalid = trialsOf(group.filter(({ warning }) => warning.invalidates === true));
  return `${trials.size} of ${records.length} trials${invalid.size > 0 ? `, ${invalid.size} invalid` : ""}`;
}

/** Trials; of warnings that no trial carries, figures. */
function countOf(group: readonly PlacedWarning[]): number {
  return trialsOf(group).size || new Set(group.map((one) => one.figure ?? one)).size;
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
