/** A run that never was: made-up figures of a plausible service, the same for the same seed. */
import { deriveSeed, seededRandom, type Random } from "../base/random.ts";
import type { Trial } from "../plan/plan.ts";
import type { Variant } from "../plan/variant.ts";
import {
  fidelityOf,
  latencyOf,
  ledgerOf,
  loadOf,
  normal,
  recordOf,
  resourcesOf,
  resultsOf,
  SPANS_PER_REQUEST,
  variantOf,
} from "../record/records.fixture.ts";
import type { Results } from "../record/results.ts";
import type { Resources, TrialRecord } from "../record/trial-record.ts";
import type { Phase } from "../spec/phases.ts";
import { processorSpec, samplerSpec } from "../spec/scenario.ts";

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
  const variants = ["none", ...new Set(["always_on", ...samplers])].map((sampler) =>
    variantOf(sampler === "none" || processor === "batch" ? sampler : `${sampler} ${processor}`, sampler, processor),
  );
  const records = trialsOf(variants, phases, rounds, seed).map((trial) => {
    const lost = trial.phase === "capacity" ? (options.lostAtCapacity ?? 0) : 0;
    return madeUpRecord(
      trial,
      variants.find(({ id }) => id === trial.variant)!,
      requests,
      lost,
    );
  });
  return resultsOf(variants, records, {
    samplers: samplers.map((text) => samplerSpec.parse(text)),
    processors: [processorSpec.parse(processor)],
    phases: [...phases],
    rounds,
    seed,
  });
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

function madeUpRecord(trial: Trial, { sampler }: Variant, requests: number, lostShare: number): TrialRecord {
  const random = seededRandom(deriveSeed(trial.seed, trial.variant));
  const { cpu, kept: asked } = EFFECTS[sampler.text] ?? { cpu: 1.3, kept: 0.5 };
  const kept = asked === 0 || asked === 1 ? asked : asked * (0.9 + 0.2 * random());
  const noise = 1 + (random() - 0.5) * 0.02;
  const requestsPerSecond = trial.phase === "capacity" ? (1e6 / (BASE_CPU_US * cpu)) * noise : 600;
  const sampled = Math.round(requests * kept) * SPANS_PER_REQUEST;
  // log-normal around 0.9 ms
  const latencyUs = Array.from({ length: requests }, () => 900 * cpu * Math.exp(0.35 * normal(random)));
  return recordOf(trial, {
    tookMs: 13_000,
    load: loadOf(requests, latencyOf(latencyUs), { elapsedMs: 9000, requestsPerSecond }),
    resources: resourcesOf(requests, BASE_CPU_US * cpu * noise, resourcesBy(kept, requests, random)),
    ...(sampler.kind.traced && {
      ledger: ledgerOf(requests * SPANS_PER_REQUEST, sampled, Math.round(sampled * lostShare)),
      fidelity: fidelityOf(requests, kept),
      roots: { started: requests, sampled: Math.round(requests * kept) },
    }),
  });
}

function resourcesBy(kept: number, requests: number, random: Random): Partial<Resources> {
  return {
    rssBytes: 90e6 + 30e6 * kept + 4e6 * random(),
    heapBytes: 22e6 + 6e6 * kept + 1e6 * random(),
    gcMs: 12 + 30 * kept + 5 * random(),
    loopDelayMs: { p50: 0.1, p99: 1.2 + kept + 0.3 * random(), max: 8 },
    bytesOut: 1800 * kept * requests,
    bytesOutPerRequest: 1800 * kept,
  };
}
