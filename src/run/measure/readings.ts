import type { LoadResult } from "../../load/job.ts";
import type { Trial, Variant } from "../../plan/trial.ts";
import type { Ledger } from "../../record/ledger.ts";
import type { Load, Resources, TrialRecord } from "../../record/trial-record.ts";
import type { Setting } from "../setting.ts";
import type { Arrivals } from "./arrivals.ts";
import type { Workload } from "../../spec/workload.ts";
import type { Meter } from "./meter.ts";

/** All that the gates look at. */
export interface Readings {
  readonly trial: Trial;
  readonly variant: Variant;
  readonly setting: Pick<Setting, "governors"> & {
    readonly scenario: Workload & Pick<Setting["scenario"], "phases">;
  };
  readonly lane: LoadResult;
  /** `probes`: requests that were not the driver's. */
  readonly target?: { readonly probes: number };
  readonly meter: Pick<Meter, "measured">;
  readonly load: Load;
  readonly resources?: Resources;
  readonly requests?: TrialRecord["requests"];
  readonly ledger?: Ledger;
  readonly outside?: TrialRecord["outside"];
  readonly sink?: TrialRecord["sink"];
  /** Only of a service that has no ledger. */
  readonly arrivals?: Arrivals | undefined;
  readonly roots?: TrialRecord["roots"];
  /** Whether it is known which requests were kept. */
  readonly named: boolean;
  /** Share of the target core that all variants of the block took together. */
  readonly groupCoreShare: number;
  /** The same of their Collectors, on the cores of driver and sink. */
  readonly collectorsShare?: number;
  readonly collector?: TrialRecord["collector"];
  /** How the Collector ended, if it did so by itself. */
  readonly collectorDied?: string | undefined;
}
