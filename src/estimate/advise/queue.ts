/**
 * Settings of the batch processor by arithmetic. It exports one batch at a time while nothing fails, so it carries at
 * most batch / export latency; more spans wait in the queue, and spans that find the queue full are dropped.
 */
import { median } from "../../base/median.ts";
import { lostShare } from "../../record/metrics.ts";
import { phaseRow } from "../../spec/phases.ts";
import type { TrialRecord } from "../../record/trial-record.ts";
import type { Candidate } from "./candidate.ts";
import { queueOf, rateLimitOf, retryTimeoutOf, type QueueSettings } from "./deployment.ts";
import { queuedPerRequest, startedPerRequest } from "./per-request.ts";
import type { Traffic } from "./traffic.ts";

/** What the queue has to bear. */
export interface QueueWish {
  /** Of one batch in production, ms; the measured one if absent. */
  readonly exportLatencyMs?: number;
  /** How long the backend refuses batches, ms. */
  readonly outageMs?: number;
}

export interface QueueAdvice {
  readonly exportLatencyMs: number;
  /** Spans a second that one process can export. */
  readonly ceilingPerSecond: number;
  /** Batch / export latency; if less, what left a full queue in the phase `capacity`; but no less than a trial carried without loss. */
  readonly ceilingFrom: "latency" | "full queue" | "carried";
  /** Whether it may carry more: a disturbed trial shows no ceiling, and one without loss only that it is no lower. */
  readonly mayCarryMore: boolean;
  /** Spans a second of one process: at the user's traffic, or as measured. */
  readonly loadPerSecond: number;
  readonly outage?: OutageAdvice;
  /** What to set: as measured, with a longer queue if the outage needs one. */
  readonly advised: QueueSettings;
}

/** No queue helps if a batch may be given up before the backend is back, or the exporter does not retry. */
export type OutageAdvice =
  | { readonly helps: true; readonly waitMs: number; readonly spans: number }
  | { readonly helps: false; readonly longestMs: number };

/** Undefined if the variant has no queue, or its exports were not counted. `all`: also others that may show the ceiling. */
export function adviseQueue(
  candidate: Candidate,
  wish: QueueWish,
  traffic: Traffic | undefined,
  all: readonly Candidate[] = [candidate],
): QueueAdvice | undefined {
  const { variant, records } = candidate;
  const settings = queueOf(variant);
  const exportLatencyMs = wish.exportLatencyMs ?? median(flushesOf(records));
  const loadPerSecond = loadOf(candidate, traffic);
  if (settings === undefined || loadPerSecond === undefined || exportLatencyMs === undefined || exportLatencyMs <= 0) {
    return undefined;
  }
  const byLatency = settings.batch / (exportLatencyMs / 1000);
  const same = all.filter((other) => hasSamePipeline(other, candidate));
  const [fullest] = same.toSorted((one, other) => sentAtCapacity(one) - sentAtCapacity(other));
  const sent = fullest === undefined ? Infinity : sentAtCapacity(fullest);
  // what was carried with one export latency says nothing about another
  const carried = wish.exportLatencyMs === undefined ? Math.max(0, ...same.flatMap(carriedWithoutLoss)) : 0;
  const shown = Math.min(byLatency, sent);
  const ceilingFrom = carried > shown ? "carried" : sent < byLatency ? "full queue" : "latency";
  const outage =
    wish.outageMs === undefined
      ? undefined
      : adviseOutage(wish.outageMs, retryTimeoutOf(variant), loadPerSecond, settings.batch);
  return {
    exportLatencyMs,
    ceilingPerSecond: Math.max(shown, carried),
    ceilingFrom,
    mayCarryMore: ceilingFrom === "carried" || (ceilingFrom === "full queue" && isDisturbedAtCapacity(fullest!)),
    loadPerSecond,
    ...(outage && { outage }),
    advised: outage?.helps === true ? withRoom(settings, outage.spans) : settings,
  };
}

/** @opentelemetry/otlp-exporter-base 0.223.1, retrying-transport.ts: 1 s, each pause 1.5 times the last, ± 20 %, at most 5 s, 5 retries, and none that ends after the exporter's timeout (10 s). */
const PAUSES_MS = [1000, 1500, 2250, 3375, 5000];
const JITTER = 0.2;

/** How long the first batch of an outage may wait until an attempt succeeds, ms; undefined if it may be given up. */
export function longestWait(outageMs: number, timeoutMs: number): number | undefined {
  if (outageMs > longestOutage(timeoutMs)) return undefined;
  const failed = ATTEMPTS_MS.filter((attemptMs) => attemptMs * (1 - JITTER) < outageMs).length;
  return outageMs + (1 + JITTER) * PAUSES_MS[Math.max(0, failed - 1)]!;
}

/** The longest outage that no batch is given up in, ms: an attempt is certain to come after it and before the timeout. */
export function longestOutage(timeoutMs: number): number {
  const certain = ATTEMPTS_MS.filter((attemptMs) => attemptMs * (1 + JITTER) <= timeoutMs);
  return (1 - JITTER) * (certain.at(-1) ?? 0);
}

/** When a batch is tried, ms after its first attempt, without jitter. */
const ATTEMPTS_MS = [0, 1000, 2500, 4750, 8125, 13_125];

function adviseOutage(outageMs: number, timeoutMs: number, loadPerSecond: number, batch: number): OutageAdvice {
  const waitMs = longestWait(outageMs, timeoutMs);
  if (waitMs === undefined) return { helps: false, longestMs: longestOutage(timeoutMs) };
  return { helps: true, waitMs, spans: Math.ceil((loadPerSecond * waitMs) / 1000) + batch };
}

/** The next power of two, as queues are usually set, and never less than what was measured. */
function withRoom(settings: QueueSettings, spans: number): QueueSettings {
  return { ...settings, queue: Math.max(settings.queue, 2 ** Math.ceil(Math.log2(spans))) };
}

function loadOf({ variant, records, rates }: Candidate, traffic: Traffic | undefined): number | undefined {
  const own = traffic && traffic.requestsPerSecond / traffic.instances;
  const rate = own ?? rates.get("latency") ?? rates.get("cost");
  const queued = queuedCalmly(records);
  const started = startedPerRequest(records);
  if (rate === undefined || queued === undefined) return undefined;
  const limit = rateLimitOf(variant);
  return limit === undefined || started === undefined ? rate * queued : Math.min(rate, limit.perSecond) * started;
}

/** Spans of a request that are given to the queue, outside the phase `capacity` if that is known. */
function queuedCalmly(records: readonly TrialRecord[]): number | undefined {
  return queuedPerRequest(records.filter(({ trial }) => trial.phase !== "capacity")) ?? queuedPerRequest(records);
}

/** The final flush sends what is queued, all batches at once: it takes about as long as one export, and not less. */
function flushesOf(records: readonly TrialRecord[]): number[] {
  const exported = records.filter(({ sink }) => (sink?.batches ?? 0) > 0);
  const alone = exported.filter(({ trial }) => phaseRow(trial.phase).layout === "alone");
  return (alone.length > 0 ? alone : exported).flatMap(({ resources }) => resources?.flushMs ?? []);
}

function hasSamePipeline({ variant: one }: Candidate, { variant: other }: Candidate): boolean {
  return (["processor", "exporter", "backend", "collector"] as const).every(
    (part) => one[part]?.text === other[part]?.text,
  );
}

/** Spans a second that left a queue that was full, which a busy event loop keeps below batch / export latency; Infinity if none was dropped. */
function sentAtCapacity({ records, rates }: Candidate): number {
  const own = records.filter(({ trial }) => trial.phase === "capacity");
  const dropped = own.reduce((sum, { ledger }) => sum + (ledger?.queueFull ?? 0), 0);
  const queued = own.reduce((sum, { ledger }) => sum + (ledger ? ledger.sampled - ledger.tailRejected : 0), 0);
  const perRequest = queuedPerRequest(own);
  const rate = rates.get("capacity");
  if (dropped === 0 || perRequest === undefined || rate === undefined) return Infinity;
  return perRequest * rate * (1 - dropped / queued);
}

function isDisturbedAtCapacity({ records }: Candidate): boolean {
  const own = records.filter(({ trial, ledger }) => trial.phase === "capacity" && (ledger?.queueFull ?? 0) > 0);
  return own.some(({ warnings }) => warnings.some(({ code }) => code === "not-saturated" || code === "foreign-load"));
}

/** Spans a second of each trial that lost none. */
function carriedWithoutLoss({ records, rates }: Candidate): number[] {
  const queued = queuedCalmly(records);
  return records.flatMap((record) => {
    const { phase } = record.trial;
    const rate = phaseRow(phase).loop === "closed" ? record.load?.requestsPerSecond : rates.get(phase);
    return queued === undefined || rate === undefined || lostShare(record) !== 0 ? [] : [rate * queued];
  });
}
