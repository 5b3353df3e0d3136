/** Bytes of span data that a service or its Collector has sent for each request, failed and repeated exports among them. All trials of a variant in a phase have one definition. */
import { spansPerRequest } from "../../fidelity/metrics.ts";
import type { LoadResult } from "../../load/job.ts";
import type { Variant } from "../../plan/variant.ts";
import type { Fidelity } from "../../record/fidelity.ts";
import type { Resources } from "../../record/trial-record.ts";
import type { SinkCounts } from "../../sink/protocol.ts";
import type { LedgerReading } from "./ledger-reading.ts";
import { hasExportedAll, type Measured } from "./measured.ts";

/** Whether the window's bytes are those of its requests; undefined if no flush was asked before it: in the closed loop, and of a service with an SDK of its own. */
export function hasOwnBytes({
  settled,
  flush,
  usageAtClose,
}: Pick<Measured, "settled" | "flush" | "usageAtClose">): boolean | undefined {
  if (settled === undefined || usageAtClose.length === 0) return undefined;
  return hasExportedAll(settled) === true && hasExportedAll(flush) === true;
}

/** Of one trial. `backend`: its condition; undefined if the variant has none. */
export interface Served {
  readonly requests: Pick<LoadResult, "sent" | "lifetime">;
  readonly fidelity: Fidelity | undefined;
  readonly backend: Variant["backend"];
}

/** What the service has sent, to the sink or to its Collector. */
export function sentByService(
  { collector, sink }: Pick<LedgerReading, "collector" | "sink">,
  served: Served,
  isOfWindow: boolean | undefined,
): Pick<Resources, "bytesOut" | "bytesOutPerRequest"> {
  if (collector === undefined)
    return { bytesOut: sink.wireBytes, bytesOutPerRequest: receivedPerRequest(sink, served, isOfWindow) };
  const { counts, bytesInAtOpen } = collector;
  if (counts === undefined) return {};
  const { bytesIn } = counts;
  const { requests } = served;
  const inWindow = isOfWindow === true && bytesInAtOpen !== undefined ? bytesIn - bytesInAtOpen : undefined;
  return {
    bytesOut: bytesIn,
    bytesOutPerRequest:
      isOfWindow === undefined ? overLife(bytesIn, requests) : inWindow && inWindow / Math.max(1, requests.sent),
  };
}

/**
 * Bytes at the sink per request of the window; undefined if some may be of other requests. If `isOfWindow` is undefined, spans
 * of the warm-up come in the window. Then it is the bytes of a received span times the window's spans per request, because a
 * sampler of so many spans a second keeps fewer of a faster warm-up. It is the average over the process's life if those spans
 * are unknown, or if the backend may refuse spans: what it refused has bytes, and is no received span.
 */
export function receivedPerRequest(
  { received, wireBytes, wireBytesInWindow }: SinkCounts,
  { requests, fidelity, backend }: Served,
  isOfWindow: boolean | undefined,
): number | undefined {
  if (isOfWindow !== undefined) return isOfWindow ? wireBytesInWindow / Math.max(1, requests.sent) : undefined;
  const spans = fidelity && spansPerRequest(fidelity);
  if (spans === undefined || backend?.text !== "healthy") return overLife(wireBytes, requests);
  if (received === 0) return wireBytes === 0 ? 0 : undefined;
  return (wireBytes / received) * spans;
}

function overLife(bytes: number, { lifetime }: Served["requests"]): number {
  return bytes / Math.max(1, lifetime.sent);
}
