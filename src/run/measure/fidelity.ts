import { trialFidelity } from "../../fidelity/trial-fidelity.ts";
import type { LoadResult } from "../../load/job.ts";
import type { Fidelity } from "../../record/fidelity.ts";
import { inclusionOf } from "../../spec/workload.ts";
import type { Setting } from "../setting.ts";
import type { Running } from "../running.ts";
import type { LedgerReading } from "./ledger-reading.ts";

/** What the sampling of one trial kept; undefined if it is not traced, or its spans cannot be joined to requests. */
export async function readFidelity(
  { scenario, onEvidence }: Setting,
  { trial, meter, variant: { sampler } }: Running,
  { requests }: LoadResult,
  { spans, losses, collector }: LedgerReading,
): Promise<Fidelity | undefined> {
  if (!sampler.kind.traced) return undefined;
  // without a ledger, spans that name no request are not lost ones: the service does not write the id
  if (losses === undefined && spans.requestId.length > 0 && spans.requestId.every(Number.isNaN)) return undefined;
  const evidence = { requests, spans, ...(losses && { losses }) };
  await onEvidence?.(trial, evidence);
  // what a Collector keeps of a trace has no probability that is known here
  const inclusion = collector?.facts.samples === true ? undefined : inclusionOf(scenario, sampler);
  const openedMs = meter.measured.open.epochMs;
  return trialFidelity(evidence, { inclusion, incident: scenario.incident, openedMs });
}
