/** Numbers as text: as many digits as the interval supports, and `~` without an interval. */
import type { Estimate } from "../estimate/estimate.ts";
import { isUnsteady } from "../estimate/changes/unsteady.ts";
import { isUpperBound } from "../estimate/fidelity/warnings.ts";
import { findMetric } from "../record/metrics.ts";
import { MIN_ROUNDS } from "../estimate/verdict.ts";

/** A figure with its interval; without `low` and `high` it is no finding and is marked `~`. */
export interface Figure {
  readonly center: number;
  readonly low?: number | undefined;
  readonly high?: number | undefined;
  /** Of a share that was counted as 0: of how many. */
  readonly noneOf?: number | undefined;
  readonly warnings?: readonly { readonly code: string }[];
}

export const UNBACKED = "~";
export const UNBACKED_NOTE =
  "~ no interval, because rounds or slow episodes are too few or windows too short: a measurement, not a finding. With as few rounds, only figures that vary little have one.";

/**
 * The word for a verdict of one run: against its baseline a figure is higher or lower, and of two traced variants one is dearer or
 * cheaper. Regression and improvement are words for a baseline of one's own, as `compare` has.
 */
export function verdictWord({ verdict, center }: Pick<Estimate, "verdict" | "center">, toBaseline: boolean) {
  if (verdict !== "regression" && verdict !== "improvement") return verdict;
  if (toBaseline) return center > 1 ? "higher" : "lower";
  return verdict === "regression" ? "dearer" : "cheaper";
}

/** The word for a verdict, with the reason for which it was withheld that the interval might bear; without one the reason. */
export function verdictText(
  judged: Pick<Estimate, "verdict" | "warnings" | "n">,
  word: string | undefined = judged.verdict,
): string {
  return word === undefined ? `– (${reasonText(judged)})` : withDoubt(word, judged);
}

export function withDoubt(words: string, judged: Parameters<typeof isUnsteady>[0]): string {
  return isUnsteady(judged) ? `${words} (unsteady)` : words;
}

type Unjudged = Pick<Figure, "warnings"> & { readonly n: number };

/** Why there is no interval or no verdict; the warning says how many seconds are too few. */
export function reasonText({ n, warnings = [] }: Unjudged, rounds = roundsText(n)): string {
  const isShort = n >= MIN_ROUNDS && warnings.some(({ code }) => code === "few-slow-episodes");
  return isShort ? "windows too short" : rounds;
}

export function roundsText(rounds: number): string {
  return rounds === 1 ? "1 round" : `${rounds} rounds`;
}

interface Style {
  readonly unit?: string;
  readonly signed?: boolean;
  readonly mostDigits?: number;
}

/** `284.4 ±1.3`; `190 [171, 211]` for an interval that is not symmetric; `~280` without one. `scale` multiplies. */
export function figureText(figure: Figure, scale = 1): string {
  return intervalText(figure, (value) => value * scale);
}

/** A difference: `+44.0 ±1.3`. */
export function differenceText(figure: Figure, scale = 1): string {
  return intervalText(figure, (value) => value * scale, { signed: true });
}

/** The change from one difference to another. Without an interval: that of the two as they are printed, so that it adds up. */
export function changeOfDifference(base: Figure, candidate: Figure, change: Figure): string {
  if (change.low !== undefined && change.high !== undefined) return differenceText(change);
  return differenceText({ center: roughly(candidate.center) - roughly(base.center) });
}

/** As reports print it; its name if it is no row of the table of metrics. */
export function metricTitle(metric: string): string {
  return findMetric(metric)?.title ?? metric;
}

/** By the unit: a ratio is a change in per cent, a share is in per cent, other figures are in the unit of the metric's column. */
export function estimateText(estimate: Pick<Estimate, "metric" | "unit" | "against"> & Figure): string {
  const { metric, unit, against, center } = estimate;
  const factor = findMetric(metric)?.column?.factor;
  if (unit === "ratio") return changeText(estimate);
  if (unit === "share") return `${against !== undefined && center > 0 ? "+" : ""}${shareText(estimate)}`;
  return against === undefined ? figureText(estimate, factor) : differenceText(estimate, factor);
}

/** A ratio as a change in per cent: 1.183 is `+18.3 ±1.2 %`. */
export function changeText(ratio: Figure): string {
  return intervalText(ratio, (value) => (value - 1) * 100, { unit: " %", signed: true, mostDigits: 2 });
}

/** A relative error, 0 for none: 0.02 is `+2.0 ±0.9 %`. */
export function errorText(error: Figure): string {
  return intervalText(error, (value) => value * 100, { unit: " %", signed: true, mostDigits: 2 });
}

/** A share of 1 in per cent: 0.098 is `9.8 % [9.1, 10.6]`; `≤` marks an upper bound. None of 120 is `0 of 120 [0, 3.0 %]`. */
export function shareText(figure: Figure, unit = " %"): string {
  const { low, high, noneOf } = figure;
  if (noneOf !== undefined) return noneText(noneOf, high, "", unit);
  const mostDigits = low !== undefined && high !== undefined && high - low < 0.001 ? 2 : 1;
  const text = intervalText(figure, (value) => value * 100, { unit, mostDigits });
  return isUpperBound(figure) ? `≤ ${text}` : text;
}

/** `9.8 % [9.1, 10.6] of failed requests`, `0 of 120 failed requests [0, 3.0 %]`. */
export function shareOfText(figure: Figure, of: string): string {
  const { noneOf, high } = figure;
  return noneOf === undefined ? `${shareText(figure)} of ${of}` : noneText(noneOf, high, ` ${of}`);
}

/** None of so many: a count, because 0 % would be a property of what keeps them. */
function noneText(offered: number, high: number | undefined, of: string, unit = " %"): string {
  const count = `0 of ${countText(offered)}${of}`;
  return high === undefined ? `${UNBACKED}${count}` : `${count} [0, ${rough(high * 100)}${unit}]`;
}

function intervalText(figure: Figure, scaled: (value: number) => number, style: Style = {}): string {
  const { unit = "", signed = false, mostDigits = 6 } = style;
  const center = scaled(figure.center);
  const sign = (text: string): string => (signed && center > 0 && /[1-9]/.test(text) ? `+${text}` : text);
  if (figure.low === undefined || figure.high === undefined) return `${UNBACKED}${sign(rough(center))}${unit}`;
  const [low, high] = [scaled(figure.low), scaled(figure.high)];
  if (isExact(figure.low, figure.high)) return `${sign(plain(center))}${unit}`;
  const digits = Math.min(mostDigits, decimals(high - low, center));
  const text = sign(trimmed(center, digits));
  const [below, above] = [center - low, high - center].map((half) => Number(half.toFixed(digits)));
  const tolerance = Math.max(1.5 * 10 ** -digits, Math.max(above!, below!) / 8);
  if (above! > 0 && below! > 0 && Math.abs(above! - below!) < tolerance)
    return `${text} ±${fixed(Math.max(above!, below!), digits)}${unit}`;
  return `${text}${unit} [${trimmed(low, digits)}, ${trimmed(high, digits)}]`;
}

/** 100.0 and 0.0 need no decimals. */
function trimmed(value: number, digits: number): string {
  return [0, 100].includes(value) ? String(value) : fixed(value, digits);
}

/** Every round gave the same. */
function isExact(low: number, high: number): boolean {
  return high - low <= 1e-9 * Math.abs(high);
}

/** A share that was counted: 0.0981 is `9.81 %`. */
export function percentText(share: number): string {
  return `${plain(share * 100)} %`;
}

/** Whole numbers with separators: 61204 is `61,204`. */
export function countText(count: number): string {
  return fixed(count, 0);
}

/** Three significant digits, never an exponent: 0.00123, 12.3, 12,345. */
export function plain(value: number): string {
  if (value === 0 || !Number.isFinite(value)) return minus(String(value));
  const size = Math.floor(Math.log10(Math.abs(value)));
  return fixed(value, Math.min(6, Math.max(0, 2 - size)), true);
}

/** Two significant digits. */
function rough(value: number): string {
  return plain(roughly(value));
}

function roughly(value: number): number {
  return Number(value.toPrecision(2));
}

/** Decimals that show the interval's width with two digits; the number itself gets no more than four digits for it. */
function decimals(width: number, center: number): number {
  const byWidth = width > 0 ? 1 - Math.floor(Math.log10(width)) : 3;
  const byCenter = center === 0 ? 3 : 3 - Math.floor(Math.log10(Math.abs(center)));
  return Math.max(0, Math.min(6, byWidth, Math.max(byCenter, 1)));
}

function fixed(value: number, digits: number, trim = false): string {
  const rounded = Number(value.toFixed(digits)) + 0;
  const [whole, fraction] = (trim ? String(rounded) : rounded.toFixed(digits)).split(".");
  const grouped = whole!.replace(/\B(?=(\d{3})+$)/g, ",");
  return minus(fraction === undefined ? grouped : `${grouped}.${fraction}`);
}

/** The true minus sign, as wide as a plus. */
function minus(text: string): string {
  return text.replace("-", "−");
}
