/** A calibration made of numbers. */
import { seededRandom } from "../base/random.ts";
import type { CalibrationSections } from "../record/calibration-file.ts";
import type { Results } from "../record/results.ts";
import type { TrialRecord } from "../record/trial-record.ts";
import { BARE, BURNS, burningOf, TWINS, twinOf } from "./calibration.ts";
import { normal } from "../record/records.fixture.ts";
import { syntheticRecord, syntheticResults } from "./synthetic.fixture.ts";

export interface CalibrationChanges {
  readonly rounds?: number;
  readonly seed?: number;
  /** Standard deviation of a twin's log ratio. */
  readonly noise?: number;
  /** What the twin of `none` costs more, as a share. */
  readonly unlikeTwins?: number;
  /** The same of their main threads; they are not known if it is absent. */
  readonly unlikeMainThreads?: number;
  /** What the probe reports as burnt, over what was. */
  readonly misreported?: number;
  readonly wrappers?: number;
}

const BASELINE_US = 240;
const TRACING = 1.56;

/** Seeded; noise multiplies what each variant really costs. */
export function calibrationSections(changes: CalibrationChanges = {}): Record<keyof CalibrationSections, Results> {
  const { rounds = 6, seed = 1, noise = 0.005, unlikeTwins = 0, misreported = 1, wrappers = 0.005 } = changes;
  const random = seededRandom(seed);
  const section = (costs: Readonly<Record<string, number>>): Results =>
    syntheticResults(
      Array.from({ length: rounds }, (_, index) => index + 1).flatMap((round) =>
        Object.entries(costs).map(([variant, cost]) =>
          syntheticRecord({ variant, round, cpu: BASELINE_US * cost * Math.exp(noise * normal(random)) }),
        ),
      ),
    );
  const costs = { none: 1, always_on: TRACING };
  const twins = Object.fromEntries(TWINS.map((one) => [twinOf(one), costs[one]]));
  const burning = Object.fromEntries(BURNS.map((share) => [burningOf(share), 1 + share]));
  return {
    sideBySide: withMainThreads(
      section({ ...costs, ...twins, [twinOf("none")]: 1 + unlikeTwins }),
      changes.unlikeMainThreads,
    ),
    knownTruth: withBurnt(section({ ...costs, [BARE]: TRACING / (1 + wrappers), ...burning }), misreported),
  };
}

/** They take nine tenths of the CPU. */
function withMainThreads(section: Results, unlike: number | undefined): Results {
  if (unlike === undefined) return section;
  const known = (record: TrialRecord): TrialRecord => {
    const { cpuUsPerRequest } = record.resources!;
    const more = record.trial.variant === twinOf("none") ? 1 + unlike : 1;
    return {
      ...record,
      resources: { ...record.resources!, mainThreadUsPerRequest: 0.9 * cpuUsPerRequest * more },
    };
  };
  return { ...section, records: section.records.map(known) };
}

function withBurnt(section: Results, misreported: number): Results {
  const burnt = (record: TrialRecord): TrialRecord => {
    const share = BURNS.find((one) => burningOf(one) === record.trial.variant);
    if (share === undefined) return record;
    const burntUsPerRequest = share * BASELINE_US * misreported;
    return { ...record, resources: { ...record.resources!, burntUsPerRequest } };
  };
  return { ...section, records: section.records.map(burnt) };
}
