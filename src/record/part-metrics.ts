import { scalar, type Metric } from "./metric.ts";
import type { TrialRecord } from "./trial-record.ts";

/** What the kernel counted of the main threads beyond the samples in JavaScript: below 0 if other programs took the core. */
export const NATIVE_CODE = "native code and system calls";
/** Before the name of a part of the program in a metric's name. */
export const PART = "profile: ";
/** All parts together. */
export const ALL_PARTS = `${PART}all parts`;

/** A metric for each part of the program that a profile names: µs per request, 0 where a profile has no sample of it. */
export function partMetrics(records: readonly TrialRecord[]): Metric[] {
  const parts = new Set(records.flatMap(({ profile }) => Object.keys(profile ?? {})));
  if (parts.size === 0) return [];
  const metric = (name: string, of: (profile: Readonly<Record<string, number>>) => number): Metric => ({
    ...scalar([name, name, "us/request"], "linear", ({ profile }) => profile && of(profile), ["profile"]),
    compared: ["profile"],
  });
  return [
    metric(ALL_PARTS, (profile) => Object.values(profile).reduce((sum, us) => sum + us, 0)),
    ...[...parts].map((part) => metric(`${PART}${part}`, (profile) => profile[part] ?? 0)),
  ];
}
