/** Span data on the wire for each request, failed and repeated exports with it: by one rule for all trials of a variant in a phase. */
import { spansPerRequest } from "../../fidelity/metrics.ts";
import type { LoadResult } from "../../load/job.ts";
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

type Requests = Pick<LoadResult, "sent" | "lifetime">;

/** What the service has sent, to the sink or to its Collector. */
export function sentByService(
  { collector, sink }: Pick<LedgerReading, "collector" | "sink">,
  requests: Requests,
  fidelity: Fidelity | undefined,
  isOfWindow: boolean | undefined,
): Pick<Resources, "bytesOut" | "bytesOutPerRequest"> {
  if (collector === undefined)
    return { bytesOut: sink.wireBytes, bytesOutPerRequest: receivedPerRequest(sink, requests, fidelity, isOfWindow) };
  const { counts, bytesInAtOpen } = collector;
  if (counts === undefined) return {};
  const { bytesIn } = counts;
  const inWindow = isOfWindow === true && bytesInAtOpen !== undefined ? bytesIn - bytesInAtOpen : undefined;
  return {
    bytesOut: bytesIn,
    bytesOutPerRequest:
      isOfWindow === undefined ? overLife(bytesIn, requests) : inWindow && inWindow / Math.max(1, requests.sent),
  };
}

/**
 * Bytes at the sink per request of the window; undefined if they are not known to be those of its requests. `isOfWindow`
 * undefined: a span's bytes count as often as the window has spans, because spans of the warm-up come in the window, and of a faster warm-up a
 * sampler of so many spans a second keeps fewer. If the window's spans are unknown, all requests of the process's life stand for it.
 */
export function receivedPerRequest(
  { received, wireBytes, wireBytesInWindow }: SinkCounts,
  requests: Requests,
  fidelity: Fidelity | undefined,
  isOfWindow: boolean | undefined,
): number | undefined {
  if (isOfWindow !== undefined) return isOfWindow ? wireBytesInWindow / Math.max(1, requests.sent) : undefined;
  const spans = fidelity && spansPerRequest(fidelity);
  if (spans === undefined) return overLife(wireBytes, requests);
  if (received === 0) return wireBytes === 0 ? 0 : undefined;
  return (wireBytes / received) * spans;
}

function overLife(bytes: number, { lifetime }: Requests): number {
  return bytes / Math.max(1, lifetime.sent);
}
