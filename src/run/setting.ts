import type { Plan, Trial } from "../plan/plan.ts";
import type { Evidence } from "../fidelity/evidence.ts";
import type { Scenario } from "../spec/scenario.ts";

/** What all trials of a run have in common. */
export interface Setting {
  readonly scenario: Scenario;
  readonly plan: Plan;
  /** Folders of packages by version of the SDK: `--otel`. */
  readonly otels?: ReadonlyMap<string, string>;
  /** The Nodes that run the measured service, by version; default the own one. A variant names its own if there are several. */
  readonly nodes?: ReadonlyMap<string, string>;
  /** Variables of the shell that targets inherit all the same: `--keep-env`. */
  readonly kept?: Readonly<Record<string, string>>;
  /** The frequency governors in use on this machine. */
  readonly governors?: readonly string[];
  /** The variants that are not run as all others: calibration, and `bench --base`. */
  readonly special?: ReadonlyMap<string, Special>;
  /** Where the profiles of the phase `profile` are kept. */
  readonly profileFolder?: string;
  /** The host beside those of loopback that may be loaded: `--allow-remote`. */
  readonly allowRemote?: string | undefined;
  /** The last Jaeger of the run is left running: `--keep-jaeger`. */
  readonly keepJaeger?: boolean;
  /** Gets what driver and sink recorded of each trial: `--record`. */
  readonly onEvidence?: (trial: Trial, evidence: Evidence) => Promise<void>;
}

export interface Special {
  /** `false` leaves the ledger's wrappers out. */
  readonly counted?: boolean;
  /** CPU burnt on purpose. */
  readonly burnUsPerRequest?: number;
  /** The folder of another build: of this package for built-in targets, and the working folder for `command:`. */
  readonly root?: string;
}
