/** Numbers as text: as many digits as the interval supports, and a mark where there is no interval. */

/** A figure with its interval; without `low` and `high` it is no finding and is marked `~`. */
export interface Figure {
  readonly center: number;
  readonly low?: number | undefined;
  readonly high?: number | undefined;
}

export const UNBACKED = "~";
export const UNBACKED_NOTE = "~ no interval: too few rounds. A measurement, not a finding.";

/** `123.4 [121.9, 124.9]`, or `~123` without an interval. `scale` multiplies, for units of display. */
export function figureText(figure: Figure, scale = 1): string {
  const { center, low, high } = figure;
  if (low === undefined || high === undefined) return `${UNBACKED}${plain(center * scale)}`;
  if (isExact(low, high)) return plain(center * scale);
  const digits = decimals((high - low) * scale, center * scale);
  return `${fixed(center * scale, digits)} [${fixed(low * scale, digits)}, ${fixed(high * scale, digits)}]`;
}

/** A ratio as change in percent: 1.183 is `+18.3 % [17.1, 19.6]`. */
export function changeText(ratio: Figure): string {
  const { center, low, high } = ratio;
  const percent = (value: number): number => (value - 1) * 100;
  if (low === undefined || high === undefined) return `${UNBACKED}${signed(percent(center), 1)} %`;
  if (isExact(low, high)) return `${signed(percent(center), 1)} %`;
  const digits = Math.min(2, decimals(percent(high) - percent(low), percent(center)));
  return `${signed(percent(center), digits)} % [${fixed(percent(low), digits)}, ${fixed(percent(high), digits)}]`;
}

/** A share of 1 in percent: 0.098 is `9.8 % [9.1, 10.5]`. */
export function shareText({ center, low, high }: Figure): string {
  if (low === undefined || high === undefined) return `${UNBACKED}${percentText(center)}`;
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

/** Two values on one scale, with as many decimals as show the smaller: `1.95 → 2.40`. */
export function pairText(from: number, to: number): string {
  const least = Math.min(Math.abs(from), Math.abs(to)) || 1;
  const digits = Math.min(3, Math.max(0, 2 - Math.floor(Math.log10(least))));
  return `${fixed(from, digits)} → ${fixed(to, digits)}`;
}

/** Three significant digits, never an exponent: 0.00123, 12.3, 12,345. */
export function plain(value: number): string {
  if (value === 0 || !Number.isFinite(value)) return minus(String(value));
  const size = Math.floor(Math.log10(Math.abs(value)));
  return fixed(value, Math.min(6, Math.max(0, 2 - size)), true);
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
  const text = fixed(value, digits);
  return text.startsWith("−") || Number(value.toFixed(digits)) === 0 ? text : `+${text}`;
}

/** The true minus sign, as wide as a plus. */
function minus(text: string): string {
  return text.replace("-", "−");
}
