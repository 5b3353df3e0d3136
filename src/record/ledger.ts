import { z } from "zod";
import { total } from "../base/sum-of.ts";
import { closeCollector, collectorLedgerSchema, lostInCollector, type CollectorEnd } from "./collector-ledger.ts";

const spans = z.int().nonnegative();

/**
 * Where every span of a trial went: over the life of its processes, or its part of that if they serve several trials. All figures
 * are spans.
 *
 *     started  = unsampled + recordOnly + sampled
 *     sampled  = exported + queueFull + afterShutdown + exportFailed + stillQueued + tailRejected + tailEvicted + unended
 *     exported = received + rejectedByBackend + lostOnTheWay + keptLocally (+ what a Collector between them did)
 *
 * A batch that the SDK gave up on and that reached the sink all the same counts as exported, and in `exportedLate`.
 */
export const ledgerSchema = z.object({
  /** `sdk`: by the SDK's metrics of itself, whose mistakes are the residual. Absent: counted by Spantoll. */
  source: z.literal("sdk").optional(),
  started: spans,
  unsampled: spans,
  recordOnly: spans,
  sampled: spans,
  tailRejected: spans,
  tailEvicted: spans,
  queueFull: spans,
  afterShutdown: spans,
  exportFailed: z.record(z.string(), spans),
  stillQueued: spans,
  unended: spans,
  exported: spans,
  /** Of the exported: given up by the SDK, and received all the same. */
  exportedLate: spans,
  received: spans,
  rejectedByBackend: spans,
  lostOnTheWay: spans,
  /** Given to an exporter that sends to no backend (`memory`, `console`, `discard`). */
  keptLocally: spans,
  duplicates: spans,
  collector: collectorLedgerSchema.optional(),
  /** Never started, since tracing was suppressed; outside the equations. */
  suppressed: spans,
  /** What none of these explains, the differences of the three equations added up; 0, or the trial is invalid. */
  residual: z.int().nonnegative(),
});
export type Ledger = z.infer<typeof ledgerSchema>;

/** Sampled spans that no backend received, a tail sampler's own refusals apart. */
export function spansLost(ledger: Ledger): number {
  return spansWanted(ledger) - ledger.received - ledger.keptLocally;
}

/** Sampled spans without those that a tail sampler refused, in the service or in a Collector. */
export function spansWanted({ sampled, tailRejected, collector }: Ledger): number {
  return sampled - tailRejected - (collector?.sampledOut ?? 0);
}

/** Counts that the ledger takes from the target's processes as they are, added up. */
const SUMMED = [
  "started",
  "unsampled",
  "recordOnly",
  "sampled",
  "tailRejected",
  "tailEvicted",
  "queueFull",
  "afterShutdown",
  "unended",
  "suppressed",
] as const satisfies readonly (keyof Ledger)[];

/** What one process of the target counted. */
export interface TargetCounts extends Pick<Ledger, (typeof SUMMED)[number] | "exported" | "stillQueued"> {
  readonly exportFailed: Readonly<Record<string, { readonly count: number }>>;
  /** Handed to the exporter without an answer. */
  readonly unresolved: { readonly count: number };
}

/** What the sink counted. */
export interface SinkSpans {
  readonly received: number;
  readonly duplicates: number;
  readonly rejected: number;
}

/** For each failed reason and for the unresolved: how many of those spans the sink had received. */
export interface Arrivals {
  readonly failed: Readonly<Record<string, number>>;
  readonly unresolved: number;
}

/** Joins the counts of the target's processes with those of the sink, and of the Collector between them. */
export function closeLedger(
  targets: readonly TargetCounts[],
  sink: SinkSpans,
  arrivals: Arrivals,
  reachesSink: boolean,
  collectorEnd?: CollectorEnd,
): Ledger {
  const sum = (pick: (counts: TargetCounts) => number): number => total(targets, pick);
  const exportFailed = remainingFailures(targets, arrivals);
  const exportedLate = total(Object.values(arrivals.failed), (count) => count) + arrivals.unresolved;
  const exported = sum((counts) => counts.exported) + exportedLate;
  const keptLocally = reachesSink ? 0 : exported;
  const queued = sum((counts) => counts.stillQueued + counts.unresolved.count) - arrivals.unresolved;
  const doubtful = sum(
    ({ exportFailed, unresolved }) => total(Object.values(exportFailed), ({ count }) => count) + unresolved.count,
  );
  const missing = exported - keptLocally - sink.received - sink.rejected;
  const through =
    collectorEnd &&
    closeCollector(collectorEnd, {
      exported,
      doubtful: doubtful + sink.duplicates,
      received: sink.received,
      rejected: sink.rejected,
    });
  const sums = SUMMED.map((name) => [name, sum((counts) => counts[name])] as const);
  const counts = {
    ...(Object.fromEntries(sums) as Record<(typeof SUMMED)[number], number>),
    exportFailed,
    // a processor of the user's that exports spans twice, or after its shutdown: a residual, and no negative number
    stillQueued: Math.max(0, queued),
    exported,
    exportedLate,
    received: sink.received,
    rejectedByBackend: sink.rejected,
    lostOnTheWay: through?.lostOnTheWay ?? Math.max(0, missing),
    keptLocally,
    duplicates: sink.duplicates,
    ...(through && { collector: through.collector }),
  };
  return { ...counts, residual: residualOf(counts) };
}

/** How far the three equations are from holding, in spans. */
export function residualOf(ledger: Omit<Ledger, "residual">): number {
  const started = ledger.started - ledger.unsampled - ledger.recordOnly - ledger.sampled;
  const failed = total(Object.values(ledger.exportFailed), (count) => count);
  const sampled =
    ledger.sampled -
    ledger.exported -
    ledger.queueFull -
    ledger.afterShutdown -
    failed -
    ledger.stillQueued -
    ledger.tailRejected -
    ledger.tailEvicted -
    ledger.unended;
  const { collector } = ledger;
  const exported =
    ledger.exported -
    ledger.received -
    ledger.rejectedByBackend -
    ledger.lostOnTheWay -
    ledger.keptLocally -
    lostInCollector(collector) -
    (collector?.sampledOut ?? 0);
  // of what it accepted, so much was exported; the rest of its equation is the line above
  const accepted =
    collector?.accepted === undefined
      ? 0
      : ledger.exported + collector.resent - collector.accepted - ledger.lostOnTheWay;
  return Math.abs(started) + Math.abs(sampled) + Math.abs(exported) + Math.abs(accepted);
}

function remainingFailures(targets: readonly TargetCounts[], arrivals: Arrivals): Record<string, number> {
  const remaining: Record<string, number> = {};
  for (const { exportFailed } of targets) {
    for (const [reason, doubtful] of Object.entries(exportFailed)) {
      remaining[reason] = (remaining[reason] ?? 0) + doubtful.count;
    }
  }
  for (const [reason, count] of Object.entries(arrivals.failed)) remaining[reason] = (remaining[reason] ?? 0) - count;
  return remaining;
}
