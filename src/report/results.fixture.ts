/** A run that never was: made-up figures of a plausible service, the same for the same seed. */
import { build, encodeIntoCompressedBase64 } from "hdr-histogram-js";
import { fidelityOf, ledgerOf, SPANS_PER_REQUEST } from "./spans.fixture.ts";
import { deriveSeed, seededRandom, type Random } from "../base/random.ts";
import type { Latency, TrialRecord } from "../record/trial-record.ts";
import { eachPhase, type Phase } from "../spec/phases.ts";
import { variantSchema, type Trial, type Variant } from "../plan/trial.ts";
import { backendSpec, exporterSpec, processorSpec, samplerSpec, targetSpec } from "../spec/specs.ts";
import type { Results } from "../record/results.ts";

export interface FixtureOptions {
  readonly samplers?: readonly string[];
  readonly processor?: string;
  readonly rounds?: number;
  readonly phases?: readonly Phase[];
  readonly requests?: number;
  readonly seed?: number;
  /** Share of the sampled spans that find the queue full in the capacity phase. */
  readonly lostAtCapacity?: number;
}

/** CPU relative to `none`, and the share of traces kept. */
const EFFECTS: Readonly<Record<string, { readonly cpu: number; readonly kept: number }>> = {
  none: { cpu: 1, kept: 0 },
  always_on: { cpu: 1.56, kept: 1 },
  always_off: { cpu: 1.1, kept: 0 },
  "ratio:0.1": { cpu: 1.18, kept: 0.1 },
  "ratio:0.01": { cpu: 1.13, kept: 0.01 },
  "tail:errors": { cpu: 1.41, kept: 0.06 },
};
const BASE_CPU_US = 240;

export function fixtureResults(options: FixtureOptions = {}): Results {
  const { samplers = ["ratio:0.1"], processor = "batch", rounds = 6, requests = 300, seed = 7 } = options;
  const phases = options.phases ?? (["cost", "latency", "capacity"] as const);
  const variants = ["none", ...new Set(["always_on", ...samplers])].map((sampler) => variantOf(sampler, processor));
  const trials = trialsOf(variants, phases, rounds, seed);
  return {
    schemaVersion: 3,
    environment: ENVIRONMENT,
    scenario: {
      ...SCENARIO,
      samplers: samplers.map((text) => samplerSpec.parse(text)),
      processors: [processorSpec.parse(processor)],
      phases: [...phases],
      rounds,
      seed,
    },
    plan: { seed, variants, trials },
    ending: "completed",
    records: trials.map((trial) => {
      const variant = variants.find(({ id: name }) => name === trial.variant)!;
      const lost = trial.phase === "capacity" ? (options.lostAtCapacity ?? 0) : 0;
      return recordOf(trial, variant, requests, lost);
    }),
    estimates: [],
    notes: [],
  };
}

function variantOf(sampler: string, processor: string): Variant {
  if (sampler === "none") return variantSchema.parse({ id: "none", sampler });
  const name = processor === "batch" ? sampler : `${sampler} ${processor}`;
  return variantSchema.parse({ id: name, sampler, processor, exporter: "otlp-http/protobuf", backend: "healthy" });
}

function trialsOf(variants: readonly Variant[], phases: readonly Phase[], rounds: number, seed: number): Trial[] {
  return Array.from({ length: rounds }, (_, index) => index + 1).flatMap((round) =>
    phases.flatMap((phase) =>
      variants.map(({ id: name }, position) => ({
        id: `${phase}-${round}-${position + 1}`,
        block: round,
        round,
        phase,
        variant: name,
        seed: deriveSeed(seed, phase, round),
      })),
    ),
  );
}

function recordOf(trial: Trial, { sampler }: Variant, requests: number, lostShare: number): TrialRecord {
  const random = seededRandom(deriveSeed(trial.seed, trial.variant));
  const { cpu, kept: asked } = EFFECTS[sampler.text] ?? { cpu: 1.3, kept: 0.5 };
  const kept = asked === 0 || asked === 1 ? asked : asked * (0.9 + 0.2 * random());
  const noise = 1 + (random() - 0.5) * 0.02;
  const perSecond = trial.phase === "capacity" ? (1e6 / (BASE_CPU_US * cpu)) * noise : 600;
  const traced = sampler.kind.traced;
  const started = requests * SPANS_PER_REQUEST;
  const sampled = Math.round(requests * kept) * SPANS_PER_REQUEST;
  const queueFull = Math.round(sampled * lostShare);
  const arrived = { queueFull, exported: sampled - queueFull, received: sampled - queueFull };
  return {
    trial,
    startedAt: ENVIRONMENT.startedAt,
    tookMs: 13_000,
    ending: "completed",
    valid: true,
    warnings: [],
    load: loadOf(requests, perSecond, latencyOf(random, cpu, requests)),
    resources: resourcesOf(BASE_CPU_US * cpu * noise, requests, kept, random),
    ...(traced ? { ledger: ledgerOf(started, sampled, arrived), fidelity: fidelityOf(requests, kept) } : {}),
    ...(traced ? { roots: { started: requests, sampled: Math.round(requests * kept) } } : {}),
  };
}

/** Whole µs, log-normal around 0.9 ms. */
function latencyOf(random: Random, cpu: number, requests: number): Latency {
  const histogram = build({ bitBucketSize: 32, numberOfSignificantValueDigits: 3, highestTrackableValue: 60_000_000 });
  for (let i = 0; i < requests; i++) {
    const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    histogram.recordValue(Math.round(900 * cpu * Math.exp(0.35 * normal)));
  }
  const ms = (percentile: number): number => histogram.getValueAtPercentile(percentile) / 1000;
  return { p50: ms(50), p90: ms(90), p99: ms(99), max: ms(100), histogram: encodeIntoCompressedBase64(histogram) };
}

function loadOf(requests: number, requestsPerSecond: number, latency: Latency): NonNullable<TrialRecord["load"]> {
  const none = { expectedFailures: 0, unexpected: 0, errors: 0, timeouts: 0, skipped: 0, unfinished: 0 };
  return {
    ...none,
    intended: requests,
    sent: requests,
    completed: requests,
    elapsedMs: 9000,
    requestsPerSecond,
    lateMs: { p50: 0.1, p99: 0.9, max: 1.4 },
    responseTime: latency,
    serviceTime: latency,
    bytesReceived: requests * 400,
  };
}

function resourcesOf(
  cpuUsPerRequest: number,
  requests: number,
  kept: number,
  random: Random,
): NonNullable<TrialRecord["resources"]> {
  const cpuUs = cpuUsPerRequest * requests;
  return {
    cpuUs,
    cpuUserUs: cpuUs * 0.8,
    cpuSystemUs: cpuUs * 0.2,
    cpuUsPerRequest,
    cpuUsSelfReported: cpuUs,
    rssBytes: 90e6 + 30e6 * kept + 4e6 * random(),
    heapBytes: 22e6 + 6e6 * kept + 1e6 * random(),
    gcMs: 12 + 30 * kept + 5 * random(),
    gcCount: 9,
    loopDelayMs: { p50: 0.1, p99: 1.2 + kept + 0.3 * random(), max: 8 },
    loopUtilization: 0.3,
    bytesOut: 1800 * kept * requests,
    bytesOutPerRequest: 1800 * kept,
    targetCoreShare: 0.4,
    driverCoreShare: 0.1,
    sinkCoreShare: 0.05,
    flushMs: 20,
  };
}

const ENVIRONMENT: Results["environment"] = {
  startedAt: "2026-11-22T12:00:00.000Z",
  spantoll: "0.1.0",
  commit: "0123abc",
  dirty: false,
  node: "24.21.0",
  cpu: { model: "Example CPU", cores: 2, governors: ["performance"] },
  memoryBytes: 8 * 2 ** 30,
  os: "linux 6.1 x64",
  packages: { "@opentelemetry/sdk-trace-base": "2.12.1" },
  pinning: { target: "0", others: "1" },
};

const SCENARIO: Results["scenario"] = {
  name: "default",
  about: "What does tracing cost the order service?",
  target: targetSpec.parse("orders"),
  classes: {},
  requests: [],
  samplers: [],
  instrumentations: [],
  processors: [processorSpec.parse("batch")],
  exporters: [exporterSpec.parse("otlp-http/protobuf")],
  backends: [backendSpec.parse("healthy")],
  collectors: [],
  reference: true,
  phases: [],
  rounds: 6,
  seed: 7,
  durationMs: eachPhase(({ full }) => full.durationMs),
  warmupMs: eachPhase(({ full }) => full.warmupMs),
  ratePerSecond: 600,
  arrivals: "uniform",
  connections: eachPhase((row) => row.connections),
  timeoutMs: 10_000,
  maxRounds: 18,
};
