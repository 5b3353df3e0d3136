import { z } from "zod";

const spans = z.int().nonnegative();

/**
 * What a Collector between service and sink did with the spans that the SDK exported.
 *
 *     exported = accepted + lostOnTheWay - resent
 *     accepted = resent + received + rejectedByBackend + sampledOut + sendFailed + enqueueFailed + droppedAtExit + leftOnDisk + diedWith
 *
 * `lostOnTheWay`, `received` and `rejectedByBackend` stand in the ledger itself.
 */
export const collectorLedgerSchema = z.object({
  /** Absent if it ended before it could be asked. */
  accepted: spans.optional(),
  /** Answered with an error, by how often they were sent: the SDK sends them again, or books them as failed. */
  refused: spans.optional(),
  /** By its tail_sampling or another sampler: what remains, because such processors count traces. */
  sampledOut: spans,
  sendFailed: spans,
  enqueueFailed: spans,
  /** In its queue when it was asked to end. */
  droppedAtExit: spans,
  /** In a queue on disk at its end. */
  leftOnDisk: spans,
  /** Accepted by a Collector that was killed, and not received; with a sampler in it, some of them it would have left out. */
  diedWith: spans,
  /** Accepted again after an answer that the SDK did not get. */
  resent: spans,
  /** Found by its query API: Jaeger. */
  stored: spans.optional(),
});
export type CollectorLedger = z.infer<typeof collectorLedgerSchema>;

/** What is known of a Collector at its end, in spans. */
export interface CollectorEnd {
  /** Absent if it ended before it could be asked. */
  readonly accepted?: number;
  readonly refused?: number;
  readonly refusedByProcessor: number;
  readonly sendFailed: number;
  readonly enqueueFailed: number;
  readonly droppedAtExit: number;
  /** It keeps some spans only. */
  readonly samples: boolean;
  /** It did not end in time, and was killed. */
  readonly isCutOff: boolean;
  /** It has ended with something in a queue on disk. */
  readonly isOnDisk: boolean;
  readonly stored?: number;
}

/** What the rest of the ledger says. */
export interface CollectorSides {
  readonly exported: number;
  /** Of what the SDK gave up, and of what arrived twice: so many may have been accepted again. */
  readonly doubtful: number;
  readonly received: number;
  readonly rejected: number;
}

/** Books the spans between the SDK's export and the sink. */
export function closeCollector(
  end: CollectorEnd,
  { exported, doubtful, received, rejected }: CollectorSides,
): { readonly collector: CollectorLedger; readonly lostOnTheWay: number } {
  const { accepted = exported } = end;
  const resent = Math.min(Math.max(0, accepted - exported), doubtful);
  const lostOnTheWay = Math.max(0, exported - accepted);
  // without a queue between, a full queue refuses: those were not accepted
  const refusedByQueue = Math.max(0, (end.refused ?? 0) - end.refusedByProcessor);
  const enqueueFailed = Math.max(0, end.enqueueFailed - refusedByQueue);
  const failed = end.sendFailed + end.droppedAtExit + enqueueFailed;
  const remainder = accepted - resent - received - rejected - failed;
  // given up by the Collector, and received all the same
  const late = Math.min(Math.max(0, -remainder), failed);
  const left = Math.max(0, remainder);
  const fate = fateOf(end);
  const sendFailed = Math.max(0, end.sendFailed - late);
  const droppedAtExit = Math.max(0, end.droppedAtExit - Math.max(0, late - end.sendFailed));
  const collector: CollectorLedger = {
    ...(end.accepted !== undefined && { accepted: end.accepted }),
    ...(end.refused !== undefined && { refused: end.refused }),
    sampledOut: fate === "sampledOut" ? left : 0,
    sendFailed,
    enqueueFailed: Math.max(0, failed - late - sendFailed - droppedAtExit),
    droppedAtExit: droppedAtExit + (fate === "droppedAtExit" ? left : 0),
    leftOnDisk: fate === "leftOnDisk" ? left : 0,
    diedWith: fate === "diedWith" ? left : 0,
    resent,
    ...(end.stored !== undefined && { stored: end.stored }),
  };
  return { collector, lostOnTheWay };
}

/** What explains that spans are missing which no count names. */
function fateOf(end: CollectorEnd): "diedWith" | "droppedAtExit" | "leftOnDisk" | "sampledOut" | undefined {
  if (end.accepted === undefined) return "diedWith";
  if (end.isCutOff) return "droppedAtExit";
  if (end.isOnDisk) return "leftOnDisk";
  return end.samples ? "sampledOut" : undefined;
}

/** Accepted spans that did not reach the sink, a sampler's refusals apart. */
export function lostInCollector(collector: CollectorLedger | undefined): number {
  if (collector === undefined) return 0;
  const { sendFailed, enqueueFailed, droppedAtExit, leftOnDisk, diedWith } = collector;
  return sendFailed + enqueueFailed + droppedAtExit + leftOnDisk + diedWith;
}
