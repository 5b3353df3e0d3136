/** Trial records made of a few numbers, for tests and for the estimator's own simulation. */
import type { Variant } from "../plan/variant.ts";
import { latencyOf, ledgerOf, loadOf, recordOf, resourcesOf, resultsOf, variantOf } from "../record/records.fixture.ts";
import type { Results } from "../record/results.ts";
import type { TrialRecord } from "../record/trial-record.ts";
import type { Phase } from "../spec/phases.ts";
import { collectorSpec, processorSpec, samplerSpec } from "../spec/scenario.ts";

export interface Figures {
  readonly phase?: Phase;
  readonly variant: string;
  readonly round: number;
  readonly cpu?: number;
  readonly requestsPerSecond?: number;
  /** Response and service times, µs. */
  readonly latencyUs?: readonly number[];
  readonly sampled?: number;
  readonly lost?: number;
  readonly ending?: TrialRecord["ending"];
  readonly valid?: boolean;
}

export function syntheticRecord(figures: Figures): TrialRecord {
  const { phase = "cost", variant, round, cpu = 100, ending = "completed", valid = true } = figures;
  const { requestsPerSecond = 600, latencyUs = [], sampled = 1000, lost = 0 } = figures;
  return recordOf(
    { id: `${phase}-${round}-${variant}`, block: round, round, phase, variant, seed: 1 },
    {
      ending,
      valid,
      load: loadOf(6000, latencyOf(latencyUs), { requestsPerSecond }),
      resources: resourcesOf(6000, cpu),
      ledger: ledgerOf(sampled * 2, sampled, lost),
      roots: { started: sampled * 2, sampled },
    },
  );
}

/** By its name, such as `ratio:0.1 simple` or `always_on via batch`; a name of no sampler is one of `always_on`. */
export function syntheticVariant(name: string): Variant {
  const [own, collector] = name.split(" via ") as [string, string?];
  if (collector !== undefined) return { ...syntheticVariant(own), id: name, collector: collectorSpec.parse(collector) };
  const [sampler = name, processor = "batch"] = name.split(" ");
  const known = samplerSpec.safeParse(sampler).success ? sampler : "always_on";
  return variantOf(name, known, processorSpec.safeParse(processor).success ? processor : "batch");
}

export function syntheticResults(records: readonly TrialRecord[]): Results {
  const names = [...new Set(records.map(({ trial }) => trial.variant))];
  return resultsOf(names.map(syntheticVariant), records);
}
