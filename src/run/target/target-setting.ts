import type { Variant } from "../../plan/variant.ts";
import type { ReceiverEndpoints } from "../../sink/protocol.ts";
import type { TargetSpec } from "../../spec/scenario.ts";
import type { TargetOptions } from "../../target/protocol.ts";
import type { FirstRequest } from "./first-answer.ts";
import type { Deadline } from "../processes/deadline.ts";

export interface TargetSetting {
  readonly target: TargetSpec;
  readonly variant: Variant;
  /** Whether it runs the baseline's command; by default that of `none` alone does. */
  readonly isBaseline?: boolean;
  /** For each of its processes that has Spantoll's tracing. */
  readonly options: Omit<TargetOptions, "control" | "service" | "peers">;
  readonly endpoints: ReceiverEndpoints;
  readonly cores: string | undefined;
  /** The Node that runs the measured service. */
  readonly node: string;
  /** The folder of OpenTelemetry's packages; absent: ours. */
  readonly otel?: string | undefined;
  /** An SDK of the service's own captures the request's id, and counts its spans if the target's kind says that it can. */
  readonly sdkReports: boolean;
  /** Gives up waiting for the service to be ready. */
  readonly signal: AbortSignal;
  /** The same, if it passes. */
  readonly deadline: Deadline;
  /** Asked of a service of the user's own before it is measured. */
  readonly firstRequest?: FirstRequest;
  /** Variables of the shell that the target inherits all the same: `--keep-env`. */
  readonly kept?: Readonly<Record<string, string>>;
  /** The folder of another build of this package, or of the service of `command:`; this one unless given. */
  readonly root?: string | undefined;
}
