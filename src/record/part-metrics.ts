import { total } from "../base/sum-of.ts";
import { scalar, type Metric } from "./metric.ts";
import type { TrialRecord } from "./trial-record.ts";

type Profile = Readonly<Record<string, number>>;

/** What the kernel counted of the main threads beyond the samples in JavaScript: below 0 if other programs took the core. */
export const NATIVE_CODE = "native code and system calls";
/** Before the name of a part of the program in a metric's name. */
export const PART = "profile: ";
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

/** A metric for each part of the program that a profile names: µs per request, 0 if a profile has no sample of it. */
export function partMetrics(records: readonly TrialRecord[]): Metric[] {
  const parts = new Set(records.flatMap(({ profile }) => Object.keys(profile ?? {})));
  if (parts.size === 0) return [];
  const oversampled = oversampledVariants(records);
  const metric = (name: string, of: (profile: Profile, variant: string) => number | undefined): Metric => ({
    ...scalar([name, name, "us/request"], "linear", ({ profile, trial }) => profile && of(profile, trial.variant), [
      "profile",
    ]),
    compared: ["profile"],
  });
  return [
    metric(ALL_PARTS, (profile) => Object.values(profile).reduce((sum, us) => sum + us, 0)),
    ...[...parts].map((part) =>
      metric(`${PART}${part}`, (profile, variant) => (oversampled.has(variant) ? undefined : (profile[part] ?? 0))),
    ),
  ];
}
