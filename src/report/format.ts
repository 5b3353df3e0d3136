/** Numbers as text: as many digits as the interval supports, and a mark where there is no interval. */

import { isUpperBound } from "../estimate/fidelity/warnings.ts";

/** A figure with its interval; without `low` and `high` it is no finding and is marked `~`. */
export interface Figure {
  readonly center: number;
  readonly low?: number | undefined;
  readonly high?: number | undefined;
  readonly warnings?: readonly { readonly code: string }[];
}

export const UNBACKED = "~";
export const UNBACKED_NOTE =
  "~ no interval: too few rounds (one, or fewer than four that leave a factor of two). A measurement, not a finding.";

/** What stands where a verdict would. */
export function noVerdictText(rounds: number): string {
  return rounds === 1 ? "– (1 round)" : `– (${rounds} rounds)`;
}

/** `123.4 [121.9, 124.9]`, or `~123` without an interval. `scale` multiplies, for units of display. */
export function figureText(figure: Figure, scale = 1): string {
  const { center, low, high } = figure;
  if (low === undefined || high === undefined) return centerText(figure, scale);
  if (isExact(low, high)) return plain(center * scale);
  const digits = decimals((high - low) * scale, center * scale);
  return `${fixed(center * scale, digits)} [${fixed(low * scale, digits)}, ${fixed(high * scale, digits)}]`;
}

/** The same without the brackets, to as many digits. */
export function centerText({ center, low, high }: Figure, scale = 1): string {
  if (low === undefined || high === undefined) return `${UNBACKED}${rough(center * scale)}`;
  if (isExact(low, high)) return plain(center * scale);
  return fixed(center * scale, decimals((high - low) * scale, center * scale));
}

/** A ratio as change in percent: 1.183 is `+18.3 % [17.1, 19.6]`. */
export function changeText(ratio: Figure): string {
  const { center, low, high } = ratio;
  const percent = (value: number): number => (value - 1) * 100;
  if (low === undefined || high === undefined) return `${UNBACKED}${plus(percent(center))}${rough(percent(center))} %`;
  if (isExact(low, high)) return `${signed(percent(center), 1)} %`;
  const digits = Math.min(2, decimals(percent(high) - percent(low), percent(center)));
  return `${signed(percent(center), digits)} % [${fixed(percent(low), digits)}, ${fixed(percent(high), digits)}]`;
}

/** A share of 1 in percent: 0.098 is `9.8 % [9.1, 10.5]`, with a mark where that is an upper bound only. */
export function shareText(figure: Figure): string {
  return isUpperBound(figure) ? `≤ ${sharePercent(figure)}` : sharePercent(figure);
}

function sharePercent({ center, low, high }: Figure): string {
  if (low === undefined || high === undefined) return `${UNBACKED}${rough(center * 100)} %`;
  if (isExact(low, high)) return percentText(center);
  const digits = Math.min((high - low) * 100 < 0.1 ? 2 : 1, decimals((high - low) * 100, center * 100));
  const percent = (value: number): string => fixed(value * 100, digits);
  return `${percent(center)} % [${percent(low)}, ${percent(high)}]`;
}

/** A relative error, 0 for none: 0.02 is `+2.0 % [1.1, 2.9]`. */
export function errorText({ center, low, high }: Figure): string {
  return changeText({
    center: 1 + center,
    low: low === undefined ? low : 1 + low,
    high: high === undefined ? high : 1 + high,
  });
}

/** Every round gave the same: there is nothing to put between brackets. */
function isExact(low: number, high: number): boolean {
  return high - low <= 1e-9 * Math.abs(high);
}

/** A share that was counted, not estimated: 0.0981 is `9.81 %`. */
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

/** Two significant digits: more would pretend to be known. */
function rough(value: number): string {
  return plain(Number(value.toPrecision(2)));
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

function signed(value: number, digits: number): string {
  return plus(Number(value.toFixed(digits))) + fixed(value, digits);
}

function plus(value: number): string {
  return value > 0 ? "+" : "";
}

/** The true minus sign, as wide as a plus. */
function minus(text: string): string {
  return text.replace("-", "−");
}
