import { total } from "../base/sum-of.ts";
import type { Ledger } from "../record/ledger.ts";
import type { TrialRecord } from "../record/trial-record.ts";

/** The ledgers of several trials added up, in spans. `started` is the sum of all others except `late` and `duplicates`. */
export interface SpanFate {
  readonly started: number;
  /** The decision of the SDK's sampler, at the head or at the tail. */
  readonly notSampled: number;
  /** A Collector's decision about spans that the SDK sampled. */
  readonly sampledOut: number;
  readonly received: number;
  readonly keptLocally: number;
  /** By cause, the most first, without zeros. */
  readonly lost: readonly { readonly cause: string; readonly spans: number }[];
  /** How far the SDK's metrics of itself are off, of the ledgers that come from them. */
  readonly sdkResidual: number;
  /** Whether some ledgers come from them. */
  readonly isBySdk: boolean;
  /** Received, but the SDK had given them up. */
  readonly late: number;
  /** Received more than once, and counted once. */
  readonly duplicates: number;
}

/** Adds up the ledgers of these trials; undefined if none has one. */
export function spanFate(records: readonly Pick<TrialRecord, "ledger">[]): SpanFate | undefined {
  const ledgers = records.flatMap((record) => record.ledger ?? []);
  if (ledgers.length === 0) return undefined;
  const sum = (pick: (ledger: Ledger) => number): number => total(ledgers, pick);
  return {
    started: sum((ledger) => ledger.started),
    notSampled: sum((ledger) => ledger.unsampled + ledger.recordOnly + ledger.tailRejected),
    sampledOut: sum(({ collector }) => collector?.sampledOut ?? 0),
    received: sum((ledger) => ledger.received),
    keptLocally: sum((ledger) => ledger.keptLocally),
    lost: lossesOf(ledgers),
    sdkResidual: sum((ledger) => (ledger.source === "sdk" ? ledger.residual : 0)),
    isBySdk: ledgers.some(({ source }) => source === "sdk"),
    late: sum((ledger) => ledger.exportedLate),
    duplicates: sum((ledger) => ledger.duplicates),
  };
}

export function lostSpans(fate: SpanFate): number {
  return total(fate.lost, ({ spans }) => spans);
}

/** By the SDK. */
export function sampledSpans(fate: SpanFate): number {
  return fate.started - fate.notSampled;
}

/** The sampled spans that did not arrive, by cause. */
function lossesOf(ledgers: readonly Ledger[]): SpanFate["lost"] {
  const lost = new Map<string, number>();
  const add = (cause: string, count: number): void => {
    if (count > 0) lost.set(cause, (lost.get(cause) ?? 0) + count);
  };
  for (const ledger of ledgers) {
    add("queue full", ledger.queueFull);
    for (const [reason, count] of Object.entries(ledger.exportFailed)) add(`export failed (${reason})`, count);
    add("rejected by backend", ledger.rejectedByBackend);
    add("lost on the way", ledger.lostOnTheWay);
    add("ended after shutdown", ledger.afterShutdown);
    add("still queued at exit", ledger.stillQueued);
    add("never ended", ledger.unended);
    add("tail buffer full", ledger.tailEvicted);
    const { collector } = ledger;
    if (collector === undefined) continue;
    add("Collector: send failed", collector.sendFailed);
    add("Collector: queue full", collector.enqueueFailed);
    add("Collector: dropped at exit", collector.droppedAtExit);
    add("Collector: left on disk", collector.leftOnDisk);
    add("died with the Collector", collector.diedWith);
  }
  return [...lost].map(([cause, spans]) => ({ cause, spans })).toSorted((a, b) => b.spans - a.spans);
}
