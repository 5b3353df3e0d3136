import type { LoadResult } from "../../load/job.ts";
import type { Variant } from "../../plan/variant.ts";
import type { Load, Resources, TrialRecord, Warning } from "../../record/trial-record.ts";
import type { Setting } from "../setting.ts";
import type { Arrivals } from "../measure/arrivals.ts";
import type { Phase } from "../../spec/phases.ts";
import type { Workload } from "../../spec/workload.ts";
import type { Meter } from "../measure/meter.ts";

type Recorded = "trial" | "requests" | "ledger" | "outside" | "sink" | "roots" | "collector";

/** All that the gates look at. */
export interface Readings extends Pick<TrialRecord, Recorded> {
  readonly variant: Variant;
  readonly setting: Pick<Setting, "governors"> & {
    readonly scenario: Workload & Pick<Setting["scenario"], "driver" | "phases" | "durationMs">;
  };
  readonly loadResult: LoadResult;
  /** `probes`: requests that were not the driver's. */
  readonly target?: {
    readonly probes: number;
    readonly listeners?: readonly number[];
    readonly doubt?: string | undefined;
  };
  readonly meter: Pick<Meter, "measured">;
  readonly load: Load;
  readonly resources?: Resources | undefined;
  /** Only of a service that has no ledger. */
  readonly arrivals?: Arrivals | undefined;
  /** What the service has loaded that can trace it. */
  readonly tracers?: readonly string[];
  /** Whether it is known which requests were kept. */
  readonly named: boolean;
  /** Share of the target core that all variants of the group took together. */
  readonly groupCoreShare: number;
  /** The same of their Collectors, on the cores of driver and sink. */
  readonly collectorsShare?: number;
  /** The same of the target's threads that are on these too, as in a profile. */
  readonly elsewhereShare?: number;
  /** Other programs that took much CPU, the busiest first. */
  readonly programs?: readonly string[];
  /** How the Collector ended, if it did so by itself. */
  readonly collectorDied?: string | undefined;
  /** How long after a trace's first span the Collector decides, if the warm-up was shorter. */
  readonly decisionMs?: number | undefined;
}

/** By code: what it finds in a trial of this phase. A finding may have a code of its own. */
export type Gates = Readonly<
  Record<
    string,
    (readings: Readings, phase: Phase) => (Omit<Warning, "code"> & Partial<Pick<Warning, "code">>) | undefined
  >
>;
