import { total } from "../../base/sum-of.ts";
import type { LoadResult } from "../../load/job.ts";
import type { Usage } from "../../target/protocol.ts";
import type { Resources } from "../../record/trial-record.ts";
import { cpuBetween, mainThreadsBetween } from "../processes/accounting.ts";
import type { Measured } from "./measured.ts";

/** Requests of which the CPU is in the window: the service works for those that were under way as it opened, too. */
export function servedIn({ completed, carriedOver }: Pick<LoadResult, "completed" | "carriedOver">): number {
  return completed + carriedOver;
}

/** `sent`: empty if the service does not send to the sink. CPU of the target by the kernel; by the process's own account if the kernel does not report it. */
export function resourcesOf(
  measured: Measured,
  loadResult: LoadResult,
  sent: Pick<Resources, "bytesOut" | "bytesOutPerRequest">,
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
  const windowUs = (drained.atMs - open.atMs) * 1000;
  const underLoad = (who: "target" | "driver" | "sink"): number | undefined =>
    cpuBetween(open[who], drained[who])?.totalUs;
  const mainUs = mainThreadsBetween(open.target, closed.target, measured.nodePids);
  const burntUs = between((usage) => usage.burntUs);
  const served = servedIn(loadResult);
  return {
    cpuUs,
    cpuUserUs: cpuUs * userShare,
    cpuSystemUs: cpuUs * (1 - userShare),
    cpuUsPerRequest: cpuUs / served,
    // of Node alone: what else a thread of a service may do is not known
    ...(mainUs && { mainThreadUsPerRequest: mainUs / served }),
    ...(measured.instructions !== undefined && { instructionsPerRequest: measured.instructions / served }),
    ...driftOf(measured),
    ...(known ? reportedBy(measured) : measured.rssBytes && { rssBytes: measured.rssBytes }),
    ...(known && { cpuUsSelfReported: selfUser + selfSystem }),
    ...sent,
    targetCoreShare: (underLoad("target") ?? cpuUs) / windowUs,
    driverCoreShare: (underLoad("driver") ?? 0) / windowUs,
    sinkCoreShare: (underLoad("sink") ?? 0) / windowUs,
    flushMs: measured.flushMs,
    ...startedPerRequest(measured),
    ...(burntUs > 0 && { burntUsPerRequest: burntUs / served }),
  };
}

/** By the target's own count of both, so that a request without an answer counts; empty if one is unknown. */
export function startedPerRequest({
  settled,
  flush,
}: Pick<Measured, "settled" | "flush">): Pick<Resources, "spansPerRequest"> {
  if (settled?.isInTime !== true || !flush.isInTime) return {};
  const requests = flush.requestsStarted - settled.requestsStarted;
  const known = settled.spansStarted !== undefined && flush.spansStarted !== undefined && requests > 0;
  return known ? { spansPerRequest: (flush.spansStarted - settled.spansStarted) / requests } : {};
}

function driftOf({ firstHalfUsPerMs: first, secondHalfUsPerMs: second }: Measured): Pick<Resources, "cpuDrift"> {
  return first && second ? { cpuDrift: second / first } : {};
}

/** What only the processes themselves know, over all of them. */
function reportedBy({ usageAtDrained, usageAtClose: usages, heapBytes }: Measured) {
  const worst = (pick: (usage: Usage) => number): number => Math.max(...usageAtDrained.map(pick));
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
