import { total } from "../base/sum-of.ts";
import { scalar, type Metric } from "./metric.ts";
import type { TrialRecord } from "./trial-record.ts";

type Profile = Readonly<Record<string, number>>;

/** What the kernel counted of the main threads beyond the samples in JavaScript: below 0 if other programs took the core. */
export const NATIVE_CODE = "native code and system calls";
/** Before the name of a part of the program in a metric's name. */
export const PART = "profile: ";
/** Before the name of an instrumentation in a metric's name. */
export const INSTRUMENTATION = "profile of instrumentation: ";
/** All parts together. */
export const ALL_PARTS = `${PART}all parts`;

/**
 * The variants whose usable profiles show more JavaScript than the CPU that the kernel counted, so that they have no parts. A
 * sample lasts as long as the core was away: other programs may have taken it.
 */
export function oversampledVariants(records: readonly TrialRecord[]): ReadonlySet<string> {
  const usable = records.filter(
    ({ trial, ending, valid }) => trial.phase === "profile" && ending === "completed" && valid,
  );
  const byVariant = Map.groupBy(usable, ({ trial }) => trial.variant);
  const isOversampled = (own: readonly TrialRecord[]): boolean =>
    total(own, ({ profile }) => profile?.[NATIVE_CODE] ?? 0) < 0;
  return new Set([...byVariant].flatMap(([variant, own]) => (isOversampled(own) ? [variant] : [])));
}

/** A metric for each part and each instrumentation that a profile names: µs per request, 0 if a profile has no sample of it. */
export function partMetrics(records: readonly TrialRecord[]): Metric[] {
  const namesIn = (of: (record: TrialRecord) => Profile | undefined): string[] => [
    ...new Set(records.flatMap((record) => Object.keys(of(record) ?? {}))),
  ];
  const parts = namesIn(({ profile }) => profile);
  if (parts.length === 0) return [];
  const oversampled = oversampledVariants(records);
  const metric = (name: string, read: (record: TrialRecord) => number | undefined): Metric => ({
    ...scalar([name, name, "us/request"], "linear", read, ["profile"]),
    compared: ["profile"],
  });
  const share = (prefix: string, name: string, of: (record: TrialRecord) => Profile | undefined): Metric =>
    metric(`${prefix}${name}`, (record) => {
      const profile = of(record);
      return profile === undefined || oversampled.has(record.trial.variant) ? undefined : (profile[name] ?? 0);
    });
  const byInstrumentation = ({ instrumentations }: TrialRecord): Profile | undefined => instrumentations;
  return [
    metric(ALL_PARTS, ({ profile }) => profile && Object.values(profile).reduce((sum, us) => sum + us, 0)),
    ...parts.map((part) => share(PART, part, ({ profile }) => profile)),
    ...namesIn(byInstrumentation).map((name) => share(INSTRUMENTATION, name, byInstrumentation)),
  ];
}
