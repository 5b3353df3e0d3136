/** The parts of a made-up run, all of one plausible service, for the tests of every room that reads records. */
import { build, encodeIntoCompressedBase64 } from "hdr-histogram-js";
import type { Random } from "../base/random.ts";
import { type Variant, variantSchema } from "../plan/variant.ts";
import { scenarioOfFields } from "../spec/read.ts";
import type { Fidelity } from "./fidelity.ts";
import type { Ledger } from "./ledger.ts";
import type { Results } from "./results.ts";
import type { Latency, Load, Resources, TrialRecord } from "./trial-record.ts";

export const SPANS_PER_REQUEST = 8;
const STARTED_AT = "2026-11-22T12:00:00.000Z";

/** A standard normal number (Box and Muller). */
export function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

function histogramOf(valuesUs: readonly number[]) {
  const histogram = build({ bitBucketSize: 64, lowestDiscernibleValue: 1, highestTrackableValue: 6e7 });
  for (const value of valuesUs) histogram.recordValue(Math.round(value));
  return histogram;
}

export function encodeHistogram(valuesUs: readonly number[]): string {
  return encodeIntoCompressedBase64(histogramOf(valuesUs));
}

export function latencyOf(valuesUs: readonly number[]): Latency {
  if (valuesUs.length === 0) return { p50: 0, p90: 0, p99: 0, max: 0, histogram: "" };
  const histogram = histogramOf(valuesUs);
  const ms = (percentile: number): number => histogram.getValueAtPercentile(percentile) / 1000;
  return { p50: ms(50), p90: ms(90), p99: ms(99), max: ms(100), histogram: encodeIntoCompressedBase64(histogram) };
}

/** Every request was answered as expected. */
export function loadOf(requests: number, latency: Latency, changes: Partial<Load> = {}): Load {
  return {
    intended: requests,
    sent: requests,
    completed: requests,
    expectedFailures: 0,
    unexpected: 0,
    errors: 0,
    timeouts: 0,
    skipped: 0,
    unfinished: 0,
    elapsedMs: 10_000,
    requestsPerSecond: 600,
    lateMs: { p50: 0.1, p99: 0.8, max: 3 },
    responseTime: latency,
    serviceTime: latency,
    bytesReceived: requests * 400,
    ...changes,
  };
}

export function resourcesOf(requests: number, cpuUsPerRequest: number, changes: Partial<Resources> = {}): Resources {
  const cpuUs = cpuUsPerRequest * requests;
  return {
    cpuUs,
    cpuUserUs: cpuUs * 0.75,
    cpuSystemUs: cpuUs * 0.25,
    cpuUsPerRequest,
    cpuUsSelfReported: cpuUs,
    rssBytes: 1e8,
    heapBytes: 5e7,
    gcMs: 50,
    gcCount: 20,
    loopDelayMs: { p50: 0, p99: 1, max: 5 },
    loopUtilization: 0.4,
    bytesOut: 0,
    bytesOutPerRequest: 0,
    targetCoreShare: 0.4,
    driverCoreShare: 0.1,
    sinkCoreShare: 0.05,
    flushMs: 20,
    ...changes,
  };
}

/** A ledger that closes, unless the changes say otherwise: `lost` spans found the queue full. */
export function ledgerOf(started: number, sampled: number, lost = 0, changes: Partial<Ledger> = {}): Ledger {
  return {
    started,
    unsampled: started - sampled,
    recordOnly: 0,
    sampled,
    tailRejected: 0,
    tailEvicted: 0,
    queueFull: lost,
    afterShutdown: 0,
    exportFailed: {},
    stillQueued: 0,
    unended: 0,
    exported: sampled - lost,
    exportedLate: 0,
    received: sampled - lost,
    rejectedByBackend: 0,
    lostOnTheWay: 0,
    keptLocally: 0,
    duplicates: 0,
    suppressed: 0,
    residual: 0,
    ...changes,
  };
}

/** What a sampler kept that looks at no request before it decides. */
export function fidelityOf(requests: number, kept: number): Fidelity {
  const share = (offered: number): { offered: number; kept: number } => ({ offered, kept: Math.round(offered * kept) });
  const whole = Math.round(requests * kept);
  return {
    requests,
    unanswered: 0,
    asked: kept,
    traces: { arrived: whole, whole, partial: 0, rootless: 0 },
    spans: { arrived: whole * SPANS_PER_REQUEST, orphans: 0, violations: 0 },
    errors: share(Math.round(requests * 0.06)),
    tail: share(Math.round(requests * 0.01)),
    rare: share(Math.round(requests * 0.03)),
    weight: kept > 0 ? "inclusion" : "none",
    all: {
      requests: { truth: requests },
      errorRate: { truth: 0.06 },
      p50Ms: { truth: 1 },
      p99Ms: { truth: 3, estimate: 3 + 0.4 * (1 - kept) },
    },
    shapes: { counts: {}, omitted: 0 },
    edges: { counts: {}, omitted: 0 },
  };
}

/** A trial that completed and is valid, unless the parts say otherwise. */
export function recordOf(trial: TrialRecord["trial"], parts: Partial<TrialRecord>): TrialRecord {
  return { trial, startedAt: STARTED_AT, tookMs: 10_000, ending: "completed", valid: true, warnings: [], ...parts };
}

export function variantOf(id: string, sampler: string, processor = "batch"): Variant {
  if (sampler === "none") return variantSchema.parse({ id, sampler });
  return variantSchema.parse({ id, sampler, processor, exporter: "otlp-http/protobuf", backend: "healthy" });
}

/** The same run with these parts of its variants. */
export function withVariants<R extends Pick<Results, "plan">>(
  results: R,
  partsOf: (id: string) => Partial<Variant> | false,
): R {
  const variants = results.plan.variants.map((variant) => ({ ...variant, ...partsOf(variant.id) }));
  return { ...results, plan: { ...results.plan, variants } };
}

/** A completed run of these trials. */
export function resultsOf(
  variants: readonly Variant[],
  records: readonly TrialRecord[],
  scenario: Partial<Results["scenario"]> = {},
): Results {
  const fields = {
    about: "What does tracing cost the order service?",
    phases: ["cost" as const],
    rounds: 6,
    rate: "600/s",
  };
  const { warmupLeast: _, ...settled } = scenarioOfFields("default", fields);
  return {
    schemaVersion: 3,
    environment: {
      startedAt: STARTED_AT,
      spantoll: "0.1.0",
      commit: "0123abc",
      dirty: false,
      node: "v24.21.0",
      cpu: { model: "Example CPU", cores: 2, governors: ["performance"] },
      memoryBytes: 8 * 2 ** 30,
      os: "linux 6.1 x64",
      packages: { "@opentelemetry/sdk-trace-base": "2.12.1" },
      pinning: { target: "0", others: "1" },
    },
    scenario: { ...settled, ...scenario },
    plan: { seed: scenario.seed ?? 1, variants: [...variants], trials: records.map(({ trial }) => trial) },
    ending: "completed",
    records: [...records],
    estimates: [],
    notes: [],
  };
}
