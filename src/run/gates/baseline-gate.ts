import { BASELINE } from "../../plan/plan.ts";
import type { Warning } from "../../record/trial-record.ts";
import type { Readings } from "../measure/readings.ts";

/** A tracer of the service's own, or an agent of a vendor, that is not registered with OpenTelemetry's API. */
export function tracerInBaseline({ variant, tracers = [] }: Readings): Warning | undefined {
  if (variant.sampler.text !== BASELINE || tracers.length === 0) return undefined;
  return {
    code: "tracer-in-baseline",
    message: `${BASELINE} has loaded ${tracers.join(", ")}: if it traces, the baseline is not bare, and what tracing adds comes on top of it`,
    fix: "start the service without it, or measure it by own_sdk with a none_command",
  };
}
