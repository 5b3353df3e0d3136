import leven from "leven";
import { z } from "zod";
import { anyOf, withoutCommas } from "./problem.ts";

/** Each quantity is a zod codec: the text a user writes on one side, a number in the code's unit on the other. */
type Quantity = z.ZodCodec<z.ZodString, z.ZodNumber>;

const DURATION_MS = { us: 0.001, ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;
const RATE_MS: Readonly<Record<string, number>> = { s: 1000, sec: 1000, m: 60_000, min: 60_000, h: 3_600_000 };
const BYTES = { B: 1, kB: 1e3, MB: 1e6, GB: 1e9, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 } as const;

const DURATION = "a duration with its unit, such as 250ms, 10s or 2m";
/** Likely meant by a duration without its unit. */
const UNITS_OF_DURATION = ["ms", "s"];

/** `250ms`, `10s`, `2m` ↔ milliseconds. */
export const duration = quantity(DURATION, z.number().nonnegative(), parseDuration, formatDuration, UNITS_OF_DURATION);
/** A duration that cannot be nothing. */
export const period = quantity(
  `${DURATION}, above 0`,
  z.number().positive(),
  parseDuration,
  formatDuration,
  UNITS_OF_DURATION,
);
/** `600/s`, `30/m`, also spelt `600/sec`, `30/min` ↔ events a second. */
export const rate = quantity(
  "a rate such as 600/s, above 0, by the second, minute or hour (/s, /m, /h)",
  z.number().positive(),
  parseRate,
  (perSecond) => `${perSecond}/s`,
  ["/s"],
);
/** `0.1` or `10%` ↔ a number in [0, 1]. */
export const share = quantity("a share from 0 to 1, such as 0.1 or 10%", z.number().min(0).max(1), parseShare, String, [
  "%",
]);
/** A share that cannot be nothing. */
export const positiveShare = quantity(
  "a share above 0 and at most 1, such as 0.01 or 1%",
  z.number().positive().max(1),
  parseShare,
  String,
  ["%"],
);
/** `500kB` ↔ bytes. */
export const bytes = quantity(
  "a size with its unit, such as 500kB or 1MB",
  z.number().nonnegative(),
  (text) => parseScaled(text, BYTES),
  formatBytes,
  ["kB", "MB"],
);
/** `1MB/s` ↔ bytes a second. */
export const bandwidth = quantity(
  "a bandwidth such as 1MB/s",
  z.number().positive(),
  (text) => (text.endsWith("/s") ? parseScaled(text.slice(0, -2), BYTES) : undefined),
  (perSecond) => `${formatBytes(perSecond)}/s`,
  ["MB/s", "/s"],
);

/** A whole number of at least `min` and at most `max`. */
export function count(min = 1, max = Number.MAX_SAFE_INTEGER): Quantity {
  const expected =
    max === Number.MAX_SAFE_INTEGER ? `a whole number, at least ${min}` : `a whole number from ${min} to ${max}`;
  return quantity(
    expected,
    z.int().min(min).max(max),
    (text) => (/^\d+$/.test(text) ? Number(text) : undefined),
    String,
  );
}

/** A bare flag: its presence is `true`. */
export const flag = z.codec(z.string(), z.boolean(), {
  decode: (text, context) => {
    if (text === "true" || text === "false") return text === "true";
    context.issues.push({ code: "custom", message: "a flag, which takes no value", input: text });
    return z.NEVER;
  },
  encode: String,
});

/** Text that is not empty. */
export const text = z.string().min(1, "text that is not empty");

/** The quantity as JSON files have it too: counts and shares as numbers. */
export function written<T extends z.ZodType>(read: T) {
  const either = z.preprocess((value) => (typeof value === "number" ? String(value) : value), read);
  return either.meta({ type: ["string", "number"] });
}

function quantity(
  expected: string,
  range: z.ZodNumber,
  parse: (text: string) => number | undefined,
  format: (value: number) => string,
  likelyUnits: readonly string[] = [],
): Quantity {
  const valid = (text: string): number | undefined => {
    const value = parse(text);
    return value !== undefined && range.safeParse(value).success ? value : undefined;
  };
  return z.codec(z.string(), range, {
    decode: (input, context) => {
      const value = valid(input);
      if (value !== undefined) return value;
      const message = expected + withUnits(input, likelyUnits, (text) => valid(text) !== undefined);
      context.issues.push({ code: "custom", message, input });
      return z.NEVER;
    },
    encode: format,
  });
}

/**
 * ` (did you mean "10ms" or "10s"?)` of a number whose unit is missing, misspelt, or written otherwise, or that has a comma in
 * place of a point; else nothing.
 * `likely`: units to offer if there is none.
 */
export function withUnits(input: string, likely: readonly string[], isValid: (text: string) => boolean): string {
  const joined = input.replaceAll(" ", "").replace(/[µμ]/, "u");
  const texts = [joined, ...withoutCommas(joined)];
  const spellings = texts.flatMap((text) => {
    const own = [text, text.toLowerCase()].filter(isValid);
    return own.length > 0 ? own : likely.map((unit) => text + unit).filter(isValid);
  });
  return anyOf(new Set(spellings.length > 0 ? spellings : texts.flatMap((text) => withNearestUnit(text, isValid))));
}

const UNITS = [...Object.keys({ ...DURATION_MS, ...BYTES }), "%", "cores", "/s", "/m", "/h", "MB/s", "kB/s", "spans/s"];
/** Units as others write them, in small letters. */
const OTHER_WORDS: Readonly<Record<string, string>> = {
  "(micro|u)s(ec(ond)?s?)?": "us",
  "(milli|m)s(ec(ond)?s?)?": "ms",
  "sec(ond)?s?": "s",
  "min(ute)?s?": "m",
  "h(ou)?rs?": "h",
  "[rqt]ps|hz|(r|req|requests?|q)?/s(ec(ond)?s?)?": "/s",
  "[rqt]pm|(r|req|requests?|q)?/m(in(ute)?s?)?": "/m",
  "percent|pct": "%",
};

/** The number with a valid unit: what another word stands for, or the ones that differ in a letter. A word of one letter is near those that have it. */
function withNearestUnit(text: string, isValid: (text: string) => boolean): string[] {
  const [, amount, word] = /^([\d.]+)(\D+)$/.exec(text.toLowerCase()) ?? [];
  if (amount === undefined || word === undefined) return [];
  const [, meant] = Object.entries(OTHER_WORDS).find(([words]) => new RegExp(`^(${words})$`).test(word)) ?? [];
  const isOneLetter = /^\/?[a-z]$/.test(word);
  const near = UNITS.filter((unit) => !isOneLetter || unit.toLowerCase().includes(word));
  const units = (meant === undefined ? near : [meant]).filter((unit) => isValid(amount + unit));
  const distanceOf = (unit: string): number => (meant === undefined ? leven(unit.toLowerCase(), word) : 0);
  const least = Math.min(1, ...units.map(distanceOf));
  return units.filter((unit) => distanceOf(unit) === least).map((unit) => amount + unit);
}

const NUMBER = String.raw`(\d+(?:\.\d+)?(?:e-?\d+)?)`;

function parseScaled(text: string, units: Readonly<Record<string, number>>): number | undefined {
  const match = new RegExp(`^${NUMBER}([A-Za-z]+)$`).exec(text);
  const scale = match?.[2] === undefined ? undefined : units[match[2]];
  return scale === undefined ? undefined : clean(Number(match![1]) * scale);
}

function parseDuration(text: string): number | undefined {
  return parseScaled(text, DURATION_MS);
}

function parseRate(text: string): number | undefined {
  const match = new RegExp(`^${NUMBER}/([a-z]+)$`).exec(text);
  const everyMs = match?.[2] === undefined ? undefined : RATE_MS[match[2]];
  return everyMs === undefined ? undefined : clean((Number(match![1]) * 1000) / everyMs);
}

function parseShare(text: string): number | undefined {
  const match = new RegExp(`^${NUMBER}(%?)$`).exec(text);
  if (match === null) return undefined;
  return match[2] === "%" ? clean(Number(match[1]) / 100) : Number(match[1]);
}

/** A share, as warnings print it: `7.5 %`. */
export const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** Takes off the noise of binary fractions: 0.07 * 100 is 7. */
function clean(value: number): number {
  return Number(value.toPrecision(15));
}

/** The shortest exact text: the largest unit in which the value is a whole number. */
export function formatDuration(ms: number): string {
  return formatScaled(ms, DURATION_MS, "ms");
}

export function formatBytes(bytes: number): string {
  return formatScaled(bytes, BYTES, "B");
}

function formatScaled(value: number, units: Readonly<Record<string, number>>, zeroUnit: string): string {
  if (value === 0) return `0${zeroUnit}`;
  // oxlint-disable-next-line unicorn/no-array-sort -- Node 18 has no toSorted
  const bySize = Object.entries(units).sort(([, a], [, b]) => b - a);
  const smallest = bySize.at(-1)!;
  const [unit, scale] = bySize.find(([, size]) => Number.isInteger(clean(value / size))) ?? smallest;
  return `${clean(value / scale)}${unit}`;
}
