/** What `calibrate` reads off the rounds of its sections: log ratios, their contrasts, and how contrasts compare. */
import type { Phase } from "../plan/trial.ts";
import type { Results } from "../record/results.ts";
import type { TrialRecord, Warning } from "../record/trial-record.ts";
import type { Estimate } from "./estimate.ts";
import { groupRounds, pairRounds, type VariantRounds } from "./rounds.ts";
import { estimateFrom, estimateOf } from "./series.ts";
import { fQuantile } from "./statistics/distributions.ts";
import { halfWidth, mean, oneSample, type Contrast } from "./statistics/student.ts";

/** Of every interval on the page. */
export const CONFIDENCE = 0.95;
const CERTAINTY = { confidence: CONFIDENCE, looks: 1 };

export type Read = (record: TrialRecord) => number | undefined;
export const cpuUsPerRequest: Read = ({ resources }) => resources?.cpuUsPerRequest;
export const requestsPerSecond: Read = ({ load }) => load?.requestsPerSecond;

/** One variant's figure over another's, paired by round: on logarithms, and as told. */
export interface Ratio {
  readonly contrast: Contrast;
  readonly estimate: Estimate;
}

/** The usable trials of a variant in a section; undefined where there are none. */
export function roundsOf(section: Results | undefined, variant: string): VariantRounds | undefined {
  return groupRounds(section?.records ?? []).find((group) => group.variant === variant);
}

/** Its figure in each round. */
export function valuesOf(group: VariantRounds, read: Read): Map<number, number> {
  return new Map([...group.records].flatMap(([round, record]) => pairOf(round, read(record))));
}

function pairOf(round: number, value: number | undefined): [number, number][] {
  return value !== undefined && value > 0 && Number.isFinite(value) ? [[round, value]] : [];
}

/** Candidate over base in one section. Undefined where they have no round in common. */
export function ratioIn(
  section: Results | undefined,
  candidate: string,
  base: string,
  read: Read = cpuUsPerRequest,
): Ratio | undefined {
  const [over, under] = [roundsOf(section, candidate), roundsOf(section, base)];
  if (over === undefined || under === undefined) return undefined;
  const pairs = pairRounds(valuesOf(over, read), valuesOf(under, read));
  if (pairs.length === 0) return undefined;
  const contrast = oneSample(pairs.map((pair) => Math.log(pair.value / pair.baseline)));
  const about = { phase: over.phase, variant: candidate, metric: nameOf(read), against: base };
  return { contrast, estimate: told(about, contrast, [...over.warnings, ...under.warnings]) };
}

function nameOf(read: Read): string {
  return read === cpuUsPerRequest ? "cpuUsPerRequest" : "requestsPerSecond";
}

type About = Pick<Estimate, "phase" | "variant" | "metric" | "against">;

/** A contrast of logarithms as the ratio it stands for. */
export function told(about: About, contrast: Contrast, warnings: readonly Warning[] = []): Estimate {
  const method = "student-t on log ratios, paired by round";
  return estimateOf({ ...about, unit: "ratio", method }, contrast, Math.exp, CERTAINTY, warnings);
}

/** Two independent contrasts' difference; df by Welch and Satterthwaite. */
export function differenceOf(a: Contrast, b: Contrast): Contrast {
  const [va, vb] = [a.standardError ** 2, b.standardError ** 2];
  const n = Math.min(a.n, b.n);
  if (n < 2) return { mean: a.mean - b.mean, standardError: Infinity, df: 0, n };
  const spread = va ** 2 / a.df + vb ** 2 / b.df;
  const df = spread === 0 ? a.df + b.df : (va + vb) ** 2 / spread;
  return { mean: a.mean - b.mean, standardError: Math.sqrt(va + vb), df, n };
}

/**
 * How many times as wide the intervals of `wide` are as those of `narrow`: the ratio of their half-widths' root mean
 * squares. Its own interval is that of a ratio of two variances (F distribution), each pooled over its contrasts.
 * Undefined where there is no width on either side.
 */
export function timesAsWide(
  phase: Phase,
  wide: readonly Contrast[],
  narrow: readonly Contrast[],
): Estimate | undefined {
  const width = (contrasts: readonly Contrast[]): number =>
    Math.sqrt(contrasts.reduce((sum, contrast) => sum + halfWidth(contrast, CONFIDENCE) ** 2, 0) / contrasts.length);
  const center = width(wide) / width(narrow);
  if (!Number.isFinite(center) || center === 0) return undefined;
  const df = (contrasts: readonly Contrast[]): number => contrasts.reduce((sum, contrast) => sum + contrast.df, 0);
  const tail = (1 - CONFIDENCE) / 2;
  const factor = (p: number): number => Math.sqrt(fQuantile(p, df(wide), df(narrow)));
  const about = { phase, variant: "twins", metric: "timesAsWide", unit: "ratio", method: "F on pooled variances" };
  const bounds = { low: center / factor(1 - tail), high: center / factor(tail) };
  return estimateFrom(about, { center, bounds, n: Math.min(...[...wide, ...narrow].map(({ n }) => n)) }, CERTAINTY, []);
}

/** CPU per request of `none` in a section, µs: the geometric mean over rounds. Undefined where nothing usable was measured. */
export function baselineCpuUs(section: Results): number | undefined {
  const group = roundsOf(section, "none");
  const logs = group === undefined ? [] : [...valuesOf(group, cpuUsPerRequest).values()].map(Math.log);
  return logs.length === 0 ? undefined : Math.exp(mean(logs));
}

/** Wall-clock time that the blocks of a section took, from the start of their processes to their records, in ms. */
export function wallMsOf({ records }: Pick<Results, "records">): number {
  const blocks = Map.groupBy(records, ({ trial }) => trial.block).values();
  return [...blocks].reduce((sum, block) => sum + Math.max(...block.map(({ tookMs }) => tookMs)), 0);
}
