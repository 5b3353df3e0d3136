import { withSafeTexts } from "../base/redact.ts";
import { total } from "../base/sum-of.ts";
import type { Trial } from "../plan/plan.ts";
import type { TrialRecord, Warning } from "../record/trial-record.ts";
import { latencyOfBuckets } from "./latency.ts";
import type { Span } from "./prometheus.ts";
import type { Reading, WindowReading } from "./window.ts";

/** A start is written in whole seconds. */
const START_SLACK_MS = 1000;
/** Of a round's windows, so many must count. */
const LEAST_WINDOWS = 0.5;

export interface ObservedRound {
  readonly span: Span;
  readonly windows: readonly WindowReading[];
  /** End of the round before; undefined for the first. */
  readonly previousEndMs: number | undefined;
}

/** The records of a round's trials: sums over the windows that count. Pure. */
export function recordsOfRound(trials: readonly Trial[], round: ObservedRound): TrialRecord[] {
  const counted = round.windows.filter(({ faults }) => faults.every(({ isVoid }) => !isVoid));
  const about = windowWarnings(round, counted.length);
  return trials.map((trial) => {
    const readings = counted.flatMap(({ variants }) => variants[trial.variant] ?? []);
    const measured = readings.length === 0 ? { warnings: [] } : measuredOf(trial, readings, round);
    const warnings = [...about, ...measured.warnings];
    return {
      trial,
      startedAt: new Date(round.span.startMs).toISOString(),
      tookMs: round.span.endMs - round.span.startMs,
      ending: "completed",
      valid: readings.length > 0 && !warnings.some(({ invalidates }) => invalidates === true),
      ...withSafeTexts({ ...measured, warnings }),
    };
  });
}

/** The record of a trial whose round could not be observed. */
export function failedTrial(trial: Trial, startMs: number, reason: string): TrialRecord {
  const startedAt = new Date(startMs).toISOString();
  return {
    trial,
    startedAt,
    tookMs: Date.now() - startMs,
    ending: "failed",
    valid: false,
    warnings: [],
    ...withSafeTexts({ failure: reason }),
  };
}

function measuredOf({ phase }: Trial, readings: readonly Reading[], round: ObservedRound) {
  const elapsedMs = round.windows[0]!.span.endMs - round.windows[0]!.span.startMs;
  const mean = (pick: (reading: Reading) => number): number => total(readings, pick) / readings.length;
  const [requests, cpuUs] = [total(readings, (one) => one.requests), total(readings, (one) => one.cpuUs)];
  const load = {
    completed: requests,
    elapsedMs: elapsedMs * readings.length,
    requestsPerSecond: mean((one) => one.requestsPerSecond),
  };
  const warnings = [...restartWarnings(readings, round), ...lossWarnings(readings)];
  if (phase === "latency") {
    const { latency, warnings: doubts } = latencyOfBuckets(mergeBuckets(readings));
    return { load: { ...load, ...(latency && { responseTime: latency }) }, warnings: [...warnings, ...doubts] };
  }
  const memory = readings.flatMap(({ memoryBytes }) => memoryBytes ?? []);
  const rssBytes = memory.length === 0 ? undefined : memory.reduce((sum, bytes) => sum + bytes, 0) / memory.length;
  const resources = {
    cpuUs,
    cpuUsPerRequest: cpuUs / requests,
    targetCoreShare: mean((one) => one.coreShare),
    ...(rssBytes !== undefined && { rssBytes }),
  };
  return { load, resources, warnings };
}

function windowWarnings({ windows }: ObservedRound, counted: number): Warning[] {
  const isInvalid = counted < Math.max(1, LEAST_WINDOWS * windows.length);
  const fix = isInvalid
    ? "observe another round"
    : "nothing: the round is judged by its other windows, for all variants";
  return windows.flatMap(({ span, faults }) =>
    faults.map(({ text, isVoid }) => ({
      code: isVoid ? "window-void" : "uneven-traffic",
      message: `${isVoid ? "left out " : ""}${clock(span.startMs)} to ${clock(span.endMs)}: ${text}`,
      fix: isVoid ? fix : "check the load balancer: CPU per request depends on the load",
      ...(isVoid && isInvalid && { invalidates: true }),
    })),
  );
}

/** A round is an observation of its own only if its processes are new. */
function restartWarnings(readings: readonly Reading[], { previousEndMs }: ObservedRound): Warning[] {
  if (previousEndMs === undefined) return [];
  const starts = readings.flatMap(({ startedMs }) => startedMs ?? []);
  const fix = "restart all replicas before each round, or use --drive";
  if (starts.length === 0)
    return [{ code: "restarts-unknown", message: "no query says whether the replicas were restarted", fix }];
  if (Math.min(...starts) >= previousEndMs - START_SLACK_MS) return [];
  const message = "a replica runs since the round before: requests of one process are no independent observation";
  return [{ code: "not-restarted", message, fix, invalidates: true }];
}

function lossWarnings(readings: readonly Reading[]): Warning[] {
  const causes = new Set(readings.flatMap(({ lostSpans }) => Object.keys(lostSpans)));
  return [...causes].flatMap((cause) => {
    const lost = Math.round(total(readings, ({ lostSpans }) => lostSpans[cause] ?? 0));
    if (lost === 0) return [];
    const fix = "a larger queue, or a backend that answers faster; bench --backend shows which";
    return [{ code: "spans-lost", message: `${lost} spans lost by their own count: ${cause}`, fix }];
  });
}

function mergeBuckets(readings: readonly Reading[]): ReadonlyMap<number, number> {
  const merged = new Map<number, number>();
  const bounds = [...new Set(readings.flatMap(({ latency }) => [...latency.keys()]))].toSorted((a, b) => a - b);
  for (const bound of bounds)
    merged.set(
      bound,
      total(readings, ({ latency }) => countUpTo(latency, bound)),
    );
  return merged;
}

/** A native histogram has the bounds that occurred: what lies below one is in the last bound before it. */
function countUpTo(counts: ReadonlyMap<number, number>, bound: number): number {
  const own = counts.get(bound);
  if (own !== undefined) return own;
  let last = 0;
  for (const [known, count] of counts) if (known <= bound) last = count;
  return last;
}

function clock(atMs: number): string {
  return new Date(atMs).toISOString().slice(11, 19);
}
