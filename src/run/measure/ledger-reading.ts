import { setTimeout as sleep } from "node:timers/promises";
import type { SdkSpanCounts, SinkCounts, SpanTable } from "../../sink/protocol.ts";
import { closeLedger, spansLost, type Arrivals, type Ledger } from "../../record/ledger.ts";
import type { CollectorEnd } from "../../record/collector-ledger.ts";
import type { Losses } from "../../fidelity/evidence.ts";
import { readLostSpans } from "../../target/ledger/lost-spans.ts";
import type { ProcessCounts, SpanCounts } from "../../target/protocol.ts";
import type { Running } from "../running.ts";
import type { TargetLine } from "../target/control.ts";
import { collectorEndOf, type CollectorReading } from "../collector/collector-reading.ts";
import type { SinkProcess } from "../processes/sink-process.ts";

/** What one process of the target has counted. */
type Finished = ProcessCounts & { readonly service: string };

/** Where the spans of one trial went, and what was counted for it. */
export interface LedgerReading {
  readonly finished: readonly Finished[];
  readonly targets: readonly SpanCounts[];
  readonly sink: SinkCounts;
  readonly collector: CollectorReading | undefined;
  readonly spans: SpanTable;
  /** Absent if no process of the target counts spans. */
  readonly ledger: Ledger | undefined;
  /** Absent with it. */
  readonly losses: Losses | undefined;
  /** The trial that has the processes next: they are at rest, their counts begin anew, and the sink counts for it. */
  readonly heir: string | undefined;
}

/** What the SDK's shutdown may take; what is not out by then is booked as still queued. */
export const SHUTDOWN_WITHIN_MS = 12_000;
/** From the end of the batch delay to the arrival of the batch. */
const EXPORT_MS = 500;
const LONGEST_IDLE_MS = 10_000;

/**
 * Has the target shut its tracing down and report its counts, looks up what is in doubt, and closes the sink's receiver.
 * If the processes are to serve the trial `next` and nothing is under way in any of them, they go on instead.
 */
export async function readLedger(
  sink: SinkProcess,
  { trial, variant, target, meter, collectorProcess }: Running,
  keepJaeger = false,
  next?: string,
): Promise<LedgerReading> {
  const { lines } = target;
  const turned = next === undefined ? [] : await turnAll(lines);
  const heir = lines.length > 0 && turned.length === lines.length ? next : undefined;
  meter.finished = heir === undefined;
  await untilSent({ variant, target });
  // a service with its own SDK flushes when it is asked to end, if it flushes at all
  if (lines.length === 0) await target.stop();
  const finished = heir === undefined ? [...turned, ...(await finishAll(lines))] : turned;
  const targets = finished.flatMap(({ spans }) => (spans === undefined ? [] : [spans]));
  const atCollector = await collectorProcess?.finish(keepJaeger);
  const arrivals = await lookUp(sink, trial.id, targets);
  const received = heir === undefined ? sink.close(trial.id) : sink.turn(trial.id, heir);
  const { counts, spans, rejected, sdk } = await received;
  const traced = targets.length > 0;
  const reachesSink = traced && variant.exporter?.kind.endpoint !== undefined;
  const end = atCollector && collectorEndOf(atCollector);
  const ledger = traced ? closeLedger(targets, counts, arrivals, reachesSink, end) : sdkLedger(sdk, counts, end);
  const named = [
    ...finished.flatMap(({ lostSpans }) => (lostSpans === undefined ? [] : [readLostSpans(lostSpans)])),
    rejected,
  ];
  const losses = traced && ledger ? { spans: spansLost(ledger), named } : undefined;
  return { finished, targets, sink: counts, collector: atCollector, spans, ledger, losses, heir };
}

/** The ledger by the SDK's metrics of itself; undefined if they do not say what was exported. */
function sdkLedger(
  sdk: SdkSpanCounts | undefined,
  sink: SinkCounts,
  end: CollectorEnd | undefined,
): Ledger | undefined {
  if (sdk === undefined || (sdk.sampled > 0 && Object.keys(sdk.exported).length === 0)) return undefined;
  const { "": exported = 0, ...failed } = sdk.exported;
  const counts = {
    started: sdk.dropped + sdk.recordOnly + sdk.sampled,
    unsampled: sdk.dropped,
    recordOnly: sdk.recordOnly,
    sampled: sdk.sampled,
    queueFull: sdk.processed["queue_full"] ?? 0,
    afterShutdown: sdk.processed["already_shutdown"] ?? 0,
    unended: Math.max(0, sdk.live),
    exported,
    exportFailed: Object.fromEntries(Object.entries(failed).map(([reason, count]) => [reason, { count }])),
    unresolved: { count: 0 },
    // not among these metrics: if there are any, the residual shows them
    stillQueued: 0,
    tailRejected: 0,
    tailEvicted: 0,
    suppressed: 0,
  };
  return { ...closeLedger([counts], sink, { failed: {}, unresolved: 0 }, true, end), source: "sdk" };
}

/** Has the processes shut their tracing down. */
export function finishAll(lines: readonly TargetLine[]): Promise<Finished[]> {
  return Promise.all(
    lines.map(async (line) => ({
      ...(await line.ask({ type: "finish", timeoutMs: SHUTDOWN_WITHIN_MS }, "finished")),
      service: line.hello.service,
    })),
  );
}

/** The counts of those processes that are at rest, which begin anew. */
async function turnAll(lines: readonly TargetLine[]): Promise<Finished[]> {
  const turned = lines.map(async (line) => {
    const { counts } = await line.ask({ type: "turn" }, "turned");
    return counts === undefined ? [] : [{ ...counts, service: line.hello.service }];
  });
  return (await Promise.all(turned)).flat();
}

/** What a service with its own SDK queues is exported within this time, also if it does not flush at its end. */
export function batchDelayMs({ processor }: Pick<Running["variant"], "processor">): number {
  const delayMs = processor?.kind.batching?.(processor.config).delayMs;
  return delayMs === undefined ? 0 : Math.min(delayMs + EXPORT_MS, LONGEST_IDLE_MS);
}

/** A service with its own SDK is not asked to flush: it sends what it holds when its batch delay is over. */
export async function untilSent({ variant, target }: Pick<Running, "variant" | "target">): Promise<void> {
  if (target.lines.length === 0) await sleep(batchDelayMs(variant), undefined, { ref: false });
}

async function lookUp(sink: SinkProcess, receiver: string, targets: readonly SpanCounts[]): Promise<Arrivals> {
  const failed: Record<string, number> = {};
  let unresolved = 0;
  for (const counts of targets) {
    for (const [reason, { spanIds }] of Object.entries(counts.exportFailed)) {
      failed[reason] = (failed[reason] ?? 0) + (await sink.arrived(receiver, spanIds));
    }
    unresolved += await sink.arrived(receiver, counts.unresolved.spanIds);
  }
  return { failed, unresolved };
}
