/** A calibration that never was: sections made of numbers. */
import { seededRandom } from "../base/random.ts";
import type { CalibrationSections } from "../record/calibration-file.ts";
import type { Phase } from "../plan/trial.ts";
import type { Results } from "../record/results.ts";
import type { TrialRecord } from "../record/trial-record.ts";
import { BARE, BURNS, burningOf, TWINS, twinOf } from "./calibration.ts";
import { normal, syntheticRecord, syntheticResults } from "./synthetic.fixture.ts";

export interface CalibrationChanges {
  readonly rounds?: number;
  readonly seed?: number;
  /** Standard deviation of a twin's log ratio, side by side and in sequence. */
  readonly noise?: { readonly near: number; readonly far: number };
  /** What the twin of `none` really costs besides, as a share. */
  readonly unlikeTwins?: number;
  /** What the probe says was burnt, over what was. */
  readonly misreported?: number;
  readonly wrappers?: number;
  /** `always_on` over `none`, side by side and alone. */
  readonly tracing?: { readonly near: number; readonly solo: number };
}

const BASELINE_US = 240;

/** Seeded; noise multiplies what each variant really costs. */
export function calibrationSections(changes: CalibrationChanges = {}): Record<keyof CalibrationSections, Results> {
  const { rounds = 6, seed = 1, noise = { near: 0.005, far: 0.08 }, unlikeTwins = 0, misreported = 1 } = changes;
  const { wrappers = 0.005, tracing = { near: 1.56, solo: 1.5 } } = changes;
  const random = seededRandom(seed);
  const section = (costs: Readonly<Record<string, number>>, sd: number, phase: Phase): Results =>
    syntheticResults(
      Array.from({ length: rounds }, (_, index) => index + 1).flatMap((round) =>
        Object.entries(costs).map(([variant, cost]) => {
          const cpu = BASELINE_US * cost * Math.exp(sd * normal(random));
          return syntheticRecord({ variant, round, cpu, phase, requestsPerSecond: 1e6 / cpu });
        }),
      ),
    );
  const costOf = { none: 1, always_on: tracing.near };
  const twins = Object.fromEntries(
    TWINS.flatMap(
      (one) =>
        [
          [one, costOf[one]],
          [twinOf(one), costOf[one]],
        ] as const,
    ),
  );
  twins[twinOf("none")]! += unlikeTwins;
  const known = {
    ...costOf,
    [BARE]: tracing.near / (1 + wrappers),
    ...Object.fromEntries(BURNS.map(({ share }) => [burningOf(share), 1 + share])),
  };
  return {
    sideBySide: section(twins, noise.near, "cost"),
    inSequence: section(twins, noise.far, "capacity"),
    knownTruth: withBurnt(section(known, noise.near, "cost"), misreported),
    solo: section({ none: 1, always_on: tracing.solo }, noise.near, "cost"),
  };
}

function withBurnt(section: Results, misreported: number): Results {
  const burnt = (record: TrialRecord): TrialRecord => {
    const burn = BURNS.find(({ share }) => burningOf(share) === record.trial.variant);
    if (burn === undefined) return record;
    const burntUsPerRequest = burn.share * BASELINE_US * misreported;
    return { ...record, resources: { ...record.resources!, burntUsPerRequest } };
  };
  return { ...section, records: section.records.map(burnt) };
}
