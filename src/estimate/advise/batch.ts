/**
 * Settings of the batch processor from its arithmetic: it exports one batch at a time while all goes well, so it
 * carries at most batch / export latency; what comes on top waits in the queue, and what does not fit is dropped.
 */
import type { TrialRecord } from "../../record/trial-record.ts";
import { median } from "../../base/median.ts";
import { sampledPerRequest } from "./per-request.ts";
import type { Candidate } from "./candidate.ts";

export interface BatchSettings {
  /** Spans. */
  readonly queue: number;
  readonly batch: number;
  readonly delayMs: number;
}

/** What the settings are to stand. */
export interface BatchWish {
  /** Of one batch in production; undefined: what was measured. */
  readonly exportLatencyMs?: number;
  /** The backend is away for so long. */
  readonly outageMs?: number;
  /** Requests a second of the whole service in a burst, and how long it lasts. */
  readonly burst?: { readonly requestsPerSecond: number; readonly lastsMs: number };
}

export interface BatchAdvice {
  readonly settings: BatchSettings;
  readonly exportLatencyMs: number;
  readonly latencyFrom: "given" | "final flush";
  /** Spans a second that one process can send: by the export latency, or what it sent at capacity, where that was less. */
  readonly ceilingPerSecond: number;
  readonly ceilingFrom: "export latency" | "capacity";
  /** Sampled spans a second of one process, at the user's traffic, else as measured. */
  readonly loadPerSecond: number;
  /** Spans; undefined where no burst or outage was named. */
  readonly neededForBurst?: number;
  readonly neededForOutage?: number;
  /** What to set; the measured settings where they do. */
  readonly advised: BatchSettings;
  readonly checks: readonly BatchCheck[];
}

/** The arithmetic held against a phase that was measured. */
interface BatchCheck {
  readonly phase: string;
  readonly loadPerSecond: number;
  readonly ceilingPerSecond: number;
  readonly queueFull: number;
  /** Above the ceiling spans are expected to be dropped, below it they are not. */
  readonly agrees: boolean;
}

/** Undefined where no export was measured and no latency is given. `perInstance`: requests a second of one process. */
export function adviseBatch(
  candidate: Candidate,
  settings: BatchSettings,
  wish: BatchWish,
  traffic: { readonly perInstance: number; readonly instances: number } | undefined,
): BatchAdvice | undefined {
  const flushMs = median(flushesOf(candidate.records));
  const exportLatencyMs = wish.exportLatencyMs ?? flushMs;
  const sampled = sampledPerRequest(atGivenRate(candidate.records)) ?? sampledPerRequest(candidate.records);
  if (exportLatencyMs === undefined || exportLatencyMs <= 0 || sampled === undefined) return undefined;
  const perSecond = traffic?.perInstance ?? candidate.measuredPerSecond.p99 ?? candidate.measuredPerSecond.cpu ?? 0;
  const loadPerSecond = sampled * perSecond;
  const byLatency = ceilingOf(settings, exportLatencyMs);
  const sentPerSecond = sentAtCapacity(candidate.records);
  const ceilingPerSecond = Math.min(byLatency, sentPerSecond);
  const inBurst = wish.burst && (sampled * wish.burst.requestsPerSecond) / (traffic?.instances ?? 1);
  const neededForBurst =
    inBurst === undefined ? undefined : burstQueue(inBurst, ceilingPerSecond, wish.burst!.lastsMs, settings);
  const neededForOutage =
    wish.outageMs === undefined
      ? undefined
      : Math.ceil((loadPerSecond * pausedMs(wish.outageMs)) / 1000) + settings.batch;
  return {
    settings,
    exportLatencyMs,
    latencyFrom: wish.exportLatencyMs === undefined ? "final flush" : "given",
    ceilingPerSecond,
    ceilingFrom: sentPerSecond < byLatency ? "capacity" : "export latency",
    loadPerSecond,
    ...(neededForBurst !== undefined && { neededForBurst }),
    ...(neededForOutage !== undefined && { neededForOutage }),
    advised: advisedSettings(settings, Math.max(neededForBurst ?? 0, neededForOutage ?? 0)),
    checks: flushMs === undefined ? [] : checksOf(candidate.records, settings, flushMs),
  };
}

/** Those that tell the volume of production, as the figures of the candidate do. */
function atGivenRate(records: readonly TrialRecord[]): readonly TrialRecord[] {
  return records.filter(({ trial }) => trial.phase !== "capacity");
}

/**
 * When OTLP over HTTP tries a batch again, ms after it failed first, at the latest (otlp-exporter-base: 1 s, each pause
 * 1.5 times the one before, up to 20 % more by chance, within the exporter's timeout of 10 s).
 */
const ATTEMPTS_MS = [1200, 3000, 5700, 9750];
const LONGEST_PAUSE_MS = 5000;
/** A batch that was tried for so long is given up: a longer outage loses a batch each time, whatever the queue. */
export const GIVES_UP_MS = 10_000;

/** How long nothing leaves the queue: until the first attempt after the outage. */
function pausedMs(outageMs: number): number {
  return ATTEMPTS_MS.find((attemptMs) => attemptMs >= outageMs) ?? outageMs + LONGEST_PAUSE_MS;
}

function ceilingOf({ batch }: BatchSettings, exportLatencyMs: number): number {
  return batch / (exportLatencyMs / 1000);
}

/** What comes faster than it can go has to wait; at the least, what comes in one tick of a batch being filled. */
function burstQueue(perSecond: number, ceiling: number, lastsMs: number, { batch }: BatchSettings): number {
  return Math.ceil((Math.max(0, perSecond - ceiling) * lastsMs) / 1000) + batch;
}

/** The next power of two, as queues are usually set; never less than what was measured. */
function advisedSettings(settings: BatchSettings, needed: number): BatchSettings {
  if (needed <= settings.queue) return settings;
  return { ...settings, queue: 2 ** Math.ceil(Math.log2(needed)) };
}

/** The final flush sends what is queued, all batches at once: its time is about that of one export, and not less. */
function flushesOf(records: readonly TrialRecord[]): number[] {
  const exported = records.filter(({ sink }) => (sink?.batches ?? 0) > 0);
  const alone = exported.filter(({ trial }) => trial.phase !== "cost");
  return (alone.length > 0 ? alone : exported).flatMap(({ resources }) => resources?.flushMs ?? []);
}

function checksOf(records: readonly TrialRecord[], settings: BatchSettings, flushMs: number): BatchCheck[] {
  return [...Map.groupBy(records, ({ trial }) => trial.phase)].flatMap(([phase, own]) => {
    const loadPerSecond = loadOf(own);
    if (loadPerSecond === undefined) return [];
    // what was sent at capacity is no prediction of what is dropped there
    const sent = phase === "capacity" ? Infinity : sentAtCapacity(records);
    const ceilingPerSecond = Math.min(ceilingOf(settings, flushMs), sent);
    const queueFull = queueFullOf(own);
    return [
      { phase, loadPerSecond, ceilingPerSecond, queueFull, agrees: loadPerSecond > ceilingPerSecond === queueFull > 0 },
    ];
  });
}

/** Sampled spans a second of a phase. */
function loadOf(records: readonly TrialRecord[]): number | undefined {
  const sampled = sampledPerRequest(records);
  const rate = median(records.flatMap(({ load }) => load?.requestsPerSecond ?? []));
  return sampled === undefined || rate === undefined ? undefined : sampled * rate;
}

function queueFullOf(records: readonly TrialRecord[]): number {
  return records.reduce((sum, { ledger }) => sum + (ledger?.queueFull ?? 0), 0);
}

/**
 * Spans a second that left the queue while it ran over at capacity. An export waits its turn on an event loop that is
 * busy with requests, so this is less than what the latency of an export promises. Infinite where none was dropped.
 */
function sentAtCapacity(records: readonly TrialRecord[]): number {
  const own = records.filter(({ trial }) => trial.phase === "capacity");
  const sampled = own.reduce((sum, { ledger }) => sum + (ledger ? ledger.sampled - ledger.tailRejected : 0), 0);
  const dropped = queueFullOf(own);
  const load = loadOf(own);
  return dropped === 0 || load === undefined ? Infinity : load * (1 - dropped / sampled);
}
