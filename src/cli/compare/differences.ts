import { incomparable } from "../../estimate/incomparable.ts";
import type { Conditions } from "../../record/results.ts";
import { isQuick } from "../../spec/read.ts";

type Named = readonly [name: string, results: Conditions];

/** Why two results may not be compared, one line each. */
export function differencesOf([baseName, base]: Named, [candidateName, candidate]: Named): string[] {
  const quick = [
    ...(isQuick(base.scenario) ? [baseName] : []),
    ...(isQuick(candidate.scenario) ? [candidateName] : []),
  ];
  const words = quick.length === 1 ? [`only ${quick[0]} was measured with --quick`] : [];
  return [...words, ...incomparable(base, candidate)];
}
