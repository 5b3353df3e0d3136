/** Trial records made of numbers, for tests and for the estimator's own simulation. */
import { build, encodeIntoCompressedBase64 } from "hdr-histogram-js";
import type { Random } from "../base/random.ts";
import type { Latency, TrialRecord } from "../record/trial-record.ts";
import type { Ledger } from "../record/ledger.ts";
import { eachPhase, type Phase } from "../spec/phases.ts";
import { type Variant } from "../plan/trial.ts";
import { backendSpec, exporterSpec, processorSpec, samplerSpec, targetSpec } from "../spec/specs.ts";
import type { Results } from "../record/results.ts";

export interface Figures {
  readonly phase?: Phase;
  readonly variant: string;
  readonly round: number;
  readonly cpu?: number;
  readonly requestsPerSecond?: number;
  /** Response and service times, µs. */
  readonly latencyUs?: readonly number[];
  readonly sampled?: number;
  readonly lost?: number;
  readonly ending?: TrialRecord["ending"];
  readonly valid?: boolean;
}

/** A standard normal number (Box and Muller). */
export function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

export function encodeHistogram(valuesUs: readonly number[]): string {
  const histogram = build({ bitBucketSize: 64, lowestDiscernibleValue: 1, highestTrackableValue: 6e7 });
  for (const value of valuesUs) histogram.recordValue(Math.round(value));
  return encodeIntoCompressedBase64(histogram);
}

export function syntheticRecord(figures: Figures): TrialRecord {
  const { phase = "cost", variant, round, cpu = 100, ending = "completed", valid = true } = figures;
  const { sampled = 1000, lost = 0 } = figures;
  const latency = latencyOf(figures.latencyUs ?? []);
  return {
    trial: { id: `${phase}-${round}-${variant}`, block: round, round, phase, variant, seed: 1 },
    startedAt: "2026-11-22T12:00:00.000Z",
    tookMs: 10_000,
    ending,
    valid,
    warnings: [],
    load: {
      intended: 6000,
      sent: 6000,
      completed: 6000,
      expectedFailures: 0,
      unexpected: 0,
      errors: 0,
      timeouts: 0,
      skipped: 0,
      unfinished: 0,
      elapsedMs: 10_000,
      requestsPerSecond: figures.requestsPerSecond ?? 600,
      lateMs: { p50: 0, p99: 0, max: 0 },
      responseTime: latency,
      serviceTime: latency,
      bytesReceived: 0,
    },
    resources: resourcesOf(cpu),
    ledger: ledgerOf(sampled, lost),
    roots: { started: sampled * 2, sampled },
  };
}

export function syntheticVariant(name: string): Variant {
  const [first = name, second = "batch"] = name.split(" ");
  const sampler = samplerSpec.safeParse(first).data ?? samplerSpec.parse("always_on");
  if (!sampler.kind.traced) return { id: name, sampler };
  const processor = processorSpec.safeParse(second).data ?? processorSpec.parse("batch");
  const [exporter, backend] = [exporterSpec.parse("otlp-http/protobuf"), backendSpec.parse("healthy")];
  return { id: name, sampler, processor, exporter, backend };
}

export function syntheticResults(records: readonly TrialRecord[]): Results {
  const names = [...new Set(records.map((record) => record.trial.variant))];
  return {
    schemaVersion: 3,
    environment: {
      startedAt: "2026-11-22T12:00:00.000Z",
      spantoll: "0.1.0",
      commit: "abc",
      dirty: false,
      node: "v24.21.0",
      cpu: { model: "A", cores: 2, governors: [] },
      memoryBytes: 1,
      os: "linux",
      packages: {},
    },
    scenario: {
      name: "default",
      about: "",
      target: targetSpec.parse("orders"),
      classes: {},
      requests: [],
      samplers: [],
      instrumentations: [],
      processors: [],
      exporters: [],
      backends: [],
      collectors: [],
      reference: true,
      phases: ["cost"],
      rounds: 6,
      seed: 1,
      durationMs: eachPhase(({ full }) => full.durationMs),
      warmupMs: eachPhase(({ full }) => full.warmupMs),
      ratePerSecond: 600,
      arrivals: "uniform",
      connections: eachPhase((row) => row.connections),
      timeoutMs: 1000,
      maxRounds: 12,
    },
    plan: { seed: 1, variants: names.map(syntheticVariant), trials: records.map((record) => record.trial) },
    ending: "completed",
    records: [...records],
    estimates: [],
    notes: [],
  };
}

function latencyOf(us: readonly number[]): Latency {
  return { p50: 0, p90: 0, p99: 0, max: 0, histogram: us.length === 0 ? "" : encodeHistogram(us) };
}

function resourcesOf(cpu: number): NonNullable<TrialRecord["resources"]> {
  return {
    cpuUs: cpu * 6000,
    cpuUserUs: cpu * 4000,
    cpuSystemUs: cpu * 2000,
    cpuUsPerRequest: cpu,
    cpuUsSelfReported: cpu * 6000,
    rssBytes: 1e8,
    heapBytes: 5e7,
    gcMs: 0,
    gcCount: 0,
    loopDelayMs: { p50: 0, p99: 0, max: 0 },
    loopUtilization: 0.5,
    bytesOut: 0,
    bytesOutPerRequest: 0,
    targetCoreShare: 0.5,
    driverCoreShare: 0.1,
    sinkCoreShare: 0.1,
    flushMs: 0,
  };
}

export function ledgerOf(sampled: number, lost: number): Ledger {
  return {
    started: sampled * 2,
    unsampled: sampled,
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
  };
}
