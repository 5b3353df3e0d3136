import type { Estimate } from "../estimate/estimate.ts";
import type { Phase } from "../plan/trial.ts";
import type { TrialRecord, Warning } from "../record/trial-record.ts";
import { rangedMessage, shapeOf, strongestFix } from "./alike.ts";
import { keptFigure } from "./kept.ts";
import { isOfAnyPhase, isOfPhase } from "./metrics.ts";
import type { WarningGroup } from "./report.ts";
import type { Run } from "./run.ts";

/** A warning, and of what in which phase. */
export interface Told {
  readonly warning: Warning;
  readonly phase: Phase;
  /** The variant, and what it was held against where that is not `none`. */
  readonly label: string;
  /** Of a trial: its id. */
  readonly trial?: string;
}

/** What the report says elsewhere: `~` marks a figure of one round, and trials without figures have a table. */
const TOLD_ELSEWHERE: ReadonlySet<string> = new Set(["one-round", "trials-left-out"]);

/** The warnings of trials and of the estimates in the tables. */
export function groupWarnings(run: Run): WarningGroup[] {
  const told = warningsOf(run).filter(({ warning }) => !TOLD_ELSEWHERE.has(warning.code));
  return groupedByCode(told, run.results.records);
}

/** Those of trials alone, by code. */
export function trialWarnings(records: readonly TrialRecord[]): CodeGroup[] {
  const told = toldOf(records, (variant) => variant);
  return groupsOf(told, codesOf(records), records);
}

function toldOf(records: readonly TrialRecord[], labelOf: (variant: string) => string): Told[] {
  return records.flatMap(({ warnings, trial }) =>
    warnings.map((warning) => ({ warning, phase: trial.phase, label: labelOf(trial.variant), trial: trial.id })),
  );
}

/** What else the machine did; and what is likely to come of it, where both are told of the same trial. */
const CAUSES: ReadonlySet<string> = new Set(["foreign-load", "steal"]);
const SYMPTOMS: ReadonlySet<string> = new Set(["driver-late", "rate-not-reached", "not-saturated", "drift"]);

/**
 * Messages that differ in numbers only as one, with where they occurred; first what is the likely cause of others, then
 * those that void, then what else the machine did; among equals what was told of most trials.
 */
export function groupedByCode(told: readonly Told[], records: readonly TrialRecord[]): WarningGroup[] {
  const codes = codesOf(records);
  return groupsOf(told, codes, records).map(({ group, ...about }) => ({
    ...about,
    cases: [...Map.groupBy(group, ({ warning }) => shapeOf(warning.message)).values()].map((same) => ({
      message: rangedMessage(same.map(({ warning }) => warning.message)),
      fix: fixText(likelyCause(same, codes)) + strongestFix(same.map(({ warning }) => warning.fix)),
      where: placesOf(same, records),
    })),
  }));
}

/** What was told under one code. */
interface CodeGroup extends Omit<WarningGroup, "cases"> {
  readonly group: readonly Told[];
}

/** The codes of each trial. */
type CodesOf = ReadonlyMap<string, ReadonlySet<string>>;

function codesOf(records: readonly TrialRecord[]): CodesOf {
  return new Map(records.map(({ trial, warnings }) => [trial.id, new Set(warnings.map(({ code }) => code))]));
}

function groupsOf(told: readonly Told[], codes: CodesOf, records: readonly TrialRecord[]): CodeGroup[] {
  const cause = likelyCause(told, codes)?.code;
  const rank = ({ code, voids }: CodeGroup): number => (code === cause ? 0 : voids ? 1 : CAUSES.has(code) ? 2 : 3);
  return [...Map.groupBy(told, ({ warning }) => warning.code)]
    .toSorted(([, a], [, b]) => trialsOf(b).size - trialsOf(a).size)
    .map(([code, group]) => ({
      code,
      voids: group.some(({ warning }) => warning.voids === true),
      extent: extentOf(group, records),
      group,
    }))
    .toSorted((a, b) => rank(a) - rank(b));
}

/** All warnings in a sentence: who reads no further than the answer is to know that they are there. `whose`: where not the run's. */
export function warnedOf(groups: readonly Pick<WarningGroup, "code" | "extent">[], whose?: string): string[] {
  if (groups.length === 0) return [];
  return [`${whose === undefined ? "Warned" : `${whose} was warned`} of ${codesText(groups)}.`];
}

/** All codes in a line, the most telling first: `foreign-load (13 of 45 trials), inconclusive (4 figures)`. */
export function codesText(groups: readonly Pick<WarningGroup, "code" | "extent">[]): string {
  return groups.map(({ code, extent }) => (extent === undefined ? code : `${code} (${extent})`)).join(", ");
}

function extentOf(group: readonly Told[], records: readonly TrialRecord[]): string {
  const trials = trialsOf(group);
  if (trials.size === 0) return group.length === 1 ? "1 figure" : `${group.length} figures`;
  const voided = trialsOf(group.filter(({ warning }) => warning.voids === true));
  return `${trials.size} of ${records.length} trials${voided.size > 0 ? `, ${voided.size} void` : ""}`;
}

function trialsOf(group: readonly Told[]): ReadonlySet<string> {
  return new Set(group.flatMap(({ trial }) => trial ?? []));
}

interface Cause {
  readonly code: string;
  readonly trials: number;
}

/** The cause that was told of most of the trials of symptoms, if of half of them or more. */
function likelyCause(told: readonly Told[], codes: CodesOf): Cause | undefined {
  const symptoms = told.filter(({ warning }) => SYMPTOMS.has(warning.code));
  const trials = [...new Set(symptoms.flatMap(({ trial }) => trial ?? []))];
  const cause = [...CAUSES]
    .map((code) => ({ code, trials: trials.filter((trial) => codes.get(trial)?.has(code)).length }))
    .toSorted((a, b) => b.trials - a.trials)[0];
  return cause !== undefined && cause.trials > 0 && cause.trials >= trials.length / 2 ? cause : undefined;
}

function fixText(cause: Cause | undefined): string {
  if (cause === undefined) return "";
  return `${cause.code} was told of ${cause.trials} of these trials too and is the likely cause, so see to that first; `;
}

function warningsOf(run: Run): Told[] {
  const labels = new Map(run.variants.map(({ name, label, role }) => [name, { label, role }]));
  const labelOf = (variant: string): string => labels.get(variant)?.label ?? variant;
  const against = (variant: string | undefined): string =>
    variant === undefined || labels.get(variant)?.role === "none" ? "" : ` against ${labelOf(variant)}`;
  const ofTrials = toldOf(run.results.records, labelOf);
  const ofEstimates = run.estimates
    .filter((estimate) => isShown(run, estimate))
    .flatMap((estimate) =>
      estimate.warnings.map((warning) => ({
        warning,
        phase: estimate.phase,
        label: labelOf(estimate.variant) + against(estimate.against),
      })),
    );
  return [...ofTrials, ...ofEstimates];
}

/** Whether a table shows the figure, or one of its metric and phase. */
function isShown(run: Run, estimate: Estimate): boolean {
  const { variant: name, metric } = estimate;
  return isOfPhase(estimate) || (isOfAnyPhase(metric) && keptFigure(run, { name }, metric) === estimate);
}

/** A place a phase: `latency: none, always_on`, of trials with how many of theirs it were. */
function placesOf(told: readonly Told[], records: readonly TrialRecord[]): string[] {
  return [...Map.groupBy(told, ({ phase }) => phase)].map(([phase, same]) => {
    const place = `${phase}: ${listed(new Set(same.map(({ label }) => label)))}`;
    const trials = trialsOf(same);
    if (trials.size === 0) return place;
    const ofPhase = records.filter(({ trial }) => trial.phase === phase);
    const variants = new Set(ofPhase.filter(({ trial }) => trials.has(trial.id)).map(({ trial }) => trial.variant));
    const all = ofPhase.filter(({ trial }) => variants.has(trial.variant)).length;
    return `${place} (${trials.size} of ${all} trials)`;
  });
}

const NAMES_TOLD = 6;

/** Names with commas, the first few of many. */
export function listed(names: ReadonlySet<string>): string {
  const more = names.size > NAMES_TOLD ? `, and ${names.size - NAMES_TOLD} more` : "";
  return [...names].slice(0, NAMES_TOLD).join(", ") + more;
}
