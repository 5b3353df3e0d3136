import { total } from "../../base/sum-of.ts";
import { spansPerRequest } from "../../fidelity/metrics.ts";
import type { LoadResult } from "../../load/job.ts";
import type { Fidelity } from "../../record/fidelity.ts";
import type { Usage } from "../../target/protocol.ts";
import type { Resources } from "../../record/trial-record.ts";
import type { SinkCounts } from "../../sink/protocol.ts";
import type { CollectorReading } from "../collector/collector-reading.ts";
import { cpuBetween } from "../processes/accounting.ts";
import type { LedgerReading } from "./ledger-reading.ts";
import type { Measured } from "./measured.ts";

/** `receivedBytesPerRequest`: undefined if the service does not send to the sink. CPU of the target by the kernel; by the process's own account if the kernel does not report it. */
export function resourcesOf(
  measured: Measured,
  loadResult: LoadResult,
  { collector, sink }: Pick<LedgerReading, "collector" | "sink">,
  receivedBytesPerRequest: number | undefined,
): Resources | undefined {
  const { open, closed, drained, usageAtOpen, usageAtClose } = measured;
  const between = (pick: (usage: Usage) => number): number => total(usageAtClose, pick) - total(usageAtOpen, pick);
  const selfUser = between((usage) => usage.cpuUserUs);
  const selfSystem = between((usage) => usage.cpuSystemUs);
  const known = usageAtClose.length > 0;
  const kernel = cpuBetween(open.target, closed.target);
  if (kernel === undefined && !known) return undefined;
  const cpuUs = kernel?.totalUs ?? selfUser + selfSystem;
  const userTicks = known ? selfUser : kernel!.userUs;
  const systemTicks = known ? selfSystem : kernel!.systemUs;
  const userShare = userTicks / (userTicks + systemTicks || 1);
  const wallUs = (closed.atMs - open.atMs) * 1000;
  const windowUs = (drained.atMs - open.atMs) * 1000;
  const core = (who: "driver" | "sink"): number => (cpuBetween(open[who], drained[who])?.totalUs ?? 0) / windowUs;
  // behind a Collector the sink sees what the Collector sends
  const atSink = receivedBytesPerRequest === undefined ? undefined : sink.wireBytes;
  const bytesOut = collector === undefined ? atSink : collector.counts?.bytesIn;
  const burntUs = between((usage) => usage.burntUs);
  return {
    cpuUs,
    cpuUserUs: cpuUs * userShare,
    cpuSystemUs: cpuUs * (1 - userShare),
    cpuUsPerRequest: cpuUs / loadResult.completed,
    ...(measured.instructions !== undefined && {
      instructionsPerRequest: measured.instructions / loadResult.completed,
    }),
    ...driftOf(measured),
    ...(known ? reportedBy(usageAtClose, measured.heapBytes) : measured.rssBytes && { rssBytes: measured.rssBytes }),
    ...(known && { cpuUsSelfReported: selfUser + selfSystem }),
    ...(bytesOut !== undefined && {
      bytesOut,
      bytesOutPerRequest:
        collector === undefined
          ? receivedBytesPerRequest
          : sentPerRequest(collector, loadResult, isSettled(measured) && measured.settled?.lostSpans === 0),
    }),
    targetCoreShare: cpuUs / wallUs,
    driverCoreShare: core("driver"),
    sinkCoreShare: core("sink"),
    flushMs: measured.flushMs,
    ...(measured.spansStarted !== undefined && { spansPerRequest: measured.spansStarted / loadResult.completed }),
    ...(burntUs > 0 && { burntUsPerRequest: burntUs / loadResult.completed }),
  };
}

/** Bytes to the Collector per request: of the window, or of the process's life if spans of the warm-up may be sent in the window. */
export function sentPerRequest(
  { counts, bytesInAtOpen }: Pick<CollectorReading, "counts" | "bytesInAtOpen">,
  { completed, lifetime }: Pick<LoadResult, "completed" | "lifetime">,
  isSettled: boolean,
): number {
  return isSettled && bytesInAtOpen !== undefined
    ? (counts!.bytesIn - bytesInAtOpen) / completed
    : counts!.bytesIn / Math.max(1, lifetime.completed);
}

/** Whether the processes had exported all that the warm-up made before the window opened. */
export function isSettled({ settled, usageAtClose }: Pick<Measured, "settled" | "usageAtClose">): boolean {
  return usageAtClose.length > 0 && settled?.flushed === true;
}

/**
 * Bytes at the sink per request of the window. Unless it is settled, spans of the warm-up come in it too; that is faster, so a
 * sampler of so many spans a second keeps fewer of its requests: a span's bytes count as often as the window has spans. All requests of the process's life stand for the window if the window's spans are unknown, or
 * if the sink did not take all that came.
 */
export function bytesPerRequest(
  { received, duplicates, rejected, conditioned, wireBytes, wireBytesInWindow }: SinkCounts,
  { completed, lifetime }: Pick<LoadResult, "completed" | "lifetime">,
  fidelity?: Fidelity,
  isSettled = false,
): number {
  if (isSettled) return wireBytesInWindow / completed;
  const tookAll = duplicates + rejected + Object.keys(conditioned).length === 0;
  const spans = fidelity && spansPerRequest(fidelity);
  return spans !== undefined && tookAll && received > 0
    ? (wireBytes / received) * spans
    : wireBytes / Math.max(1, lifetime.completed);
}

function driftOf({ firstHalfUsPerMs: first, secondHalfUsPerMs: second }: Measured): Pick<Resources, "cpuDrift"> {
  return first && second ? { cpuDrift: second / first } : {};
}

/** What only the processes themselves know, over all of them. */
function reportedBy(usages: readonly Usage[], heapBytes: number | undefined) {
  const worst = (pick: (usage: Usage) => number): number => Math.max(...usages.map(pick));
  return {
    rssBytes: total(usages, (usage) => usage.rssBytes),
    ...(heapBytes !== undefined && { heapBytes }),
    gcMs: total(usages, (usage) => usage.gcMs),
    gcCount: total(usages, (usage) => usage.gcCount),
    loopDelayMs: {
      p50: worst((usage) => usage.loopDelayMs.p50),
      p99: worst((usage) => usage.loopDelayMs.p99),
      max: worst((usage) => usage.loopDelayMs.max),
    },
    loopUtilization: worst((usage) => usage.loopUtilization),
  };
}
