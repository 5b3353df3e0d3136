import { total } from "../base/sum-of.ts";
import { scalar, type Metric } from "./metric.ts";
import { isUsable, type TrialRecord } from "./trial-record.ts";

type Profile = Readonly<Record<string, number>>;

/** What the kernel counted of the main threads beyond the samples in JavaScript: below 0 if these last too long. */
export const NATIVE_CODE = "native code and system calls";
/** Before the name of a part of the program in a metric's name. */
export const PART = "profile: ";
/** Before the name of an instrumentation in a metric's name. */
export const INSTRUMENTATION = "profile of instrumentation: ";
/** All parts together. */
export const ALL_PARTS = `${PART}all parts`;

/** What other threads than the main ones took, without those of the profiler. */
export const OTHER_THREADS = "other threads: compiler, collector, I/O";

/** If the samples show more than that, other programs have taken the core. */
const LEAST_SCALE = 0.9;

/**
 * The CPU that the kernel counted of a variant's main threads over the JavaScript that its samples show, at most 1, by variant.
 * A sample lasts by the clock, until the profiler's thread takes the next one: if that waits for a core, the samples show some
 * percent too much, and the parts are scaled to the CPU. What native code took is within them then, and unknown.
 */
export function partScales(records: readonly TrialRecord[]): ReadonlyMap<string, number> {
  const usable = records.filter((record) => record.trial.phase === "profile" && isUsable(record));
  const scaleOf = (own: readonly TrialRecord[]): number => {
    const sum = (pick: (profile: Profile) => number): number =>
      total(own, ({ profile }) => (profile ? pick(profile) : 0));
    const mainUs = sum(allParts) - sum((profile) => profile[OTHER_THREADS] ?? 0);
    const javaScriptUs = mainUs - sum((profile) => profile[NATIVE_CODE] ?? 0);
    return mainUs < javaScriptUs ? mainUs / javaScriptUs : 1;
  };
  return new Map([...Map.groupBy(usable, ({ trial }) => trial.variant)].map(([id, own]) => [id, scaleOf(own)]));
}

/** The variants whose samples show far more JavaScript than the CPU that the kernel counted, so that they have no parts. */
export function oversampledVariants(records: readonly TrialRecord[]): ReadonlySet<string> {
  return new Set([...partScales(records)].flatMap(([id, scale]) => (scale < LEAST_SCALE ? [id] : [])));
}

function allParts(profile: Profile): number {
  return total(Object.values(profile), (us) => us);
}

/** A metric for each part and each instrumentation that a profile names: µs per request, 0 if a profile has no sample of it. */
export function partMetrics(records: readonly TrialRecord[]): Metric[] {
  const namesIn = (of: (record: TrialRecord) => Profile | undefined): string[] => [
    ...new Set(records.flatMap((record) => Object.keys(of(record) ?? {}))),
  ];
  const parts = namesIn(({ profile }) => profile);
  if (parts.length === 0) return [];
  const scales = partScales(records);
  const metric = (name: string, read: (record: TrialRecord) => number | undefined): Metric => ({
    ...scalar([name, name, "us/request"], "linear", read, ["profile"]),
    compared: ["profile"],
  });
  const share = (prefix: string, name: string, of: (record: TrialRecord) => Profile | undefined): Metric =>
    metric(`${prefix}${name}`, (record) => {
      const profile = of(record);
      const scale = scales.get(record.trial.variant) ?? 1;
      if (profile === undefined || scale < LEAST_SCALE || (name === NATIVE_CODE && scale < 1)) return undefined;
      return (profile[name] ?? 0) * (name === OTHER_THREADS ? 1 : scale);
    });
  const byInstrumentation = ({ instrumentations }: TrialRecord): Profile | undefined => instrumentations;
  return [
    metric(ALL_PARTS, ({ profile }) => profile && allParts(profile)),
    ...parts.map((part) => share(PART, part, ({ profile }) => profile)),
    ...namesIn(byInstrumentation).map((name) => share(INSTRUMENTATION, name, byInstrumentation)),
  ];
}
