/** A sweep that never was, as estimates. */
import { samplerSpec } from "../../spec/specs.ts";
import type { Phase } from "../../plan/trial.ts";
import type { Results } from "../../record/results.ts";
import type { TrialRecord } from "../../record/trial-record.ts";
import type { Estimate } from "../estimate.ts";
import { syntheticRecord, syntheticResults } from "../synthetic.fixture.ts";
import { adviseOn, type Advice, type Knowledge, type Wishes } from "./advise.ts";

export const KNOWLEDGE: Knowledge = {
  law: () => "per request",
  inService: (sampler) => sampler,
  batchSettings: () => undefined,
  services: () => 1,
};

/** As `KNOWLEDGE`, where a Collector decides for `tail:`. */
export const BY_COLLECTOR: Knowledge = {
  ...KNOWLEDGE,
  inService: (sampler) => (sampler.kind.tail ? samplerSpec.parse("always_on") : sampler),
};

interface Measured {
  readonly cpu: number;
  readonly errors: number;
  /** Share of all traces that is kept; not measured unless given. */
  readonly traces?: number;
  /** Share of the sampled spans, at a given rate. */
  readonly lost?: number;
  readonly p99Ms?: number;
  readonly halfWidth?: number;
  readonly rounds?: number;
}

/** A sweep measured at 600 requests/s for each process; eight spans a request where all is kept. */
export const SWEEP: Readonly<Record<string, Measured>> = {
  always_on: { cpu: 1.56, errors: 1, p99Ms: 3 },
  "ratio:0.1": { cpu: 1.18, errors: 0.1, p99Ms: 1 },
  "ratio:0.01": { cpu: 1.13, errors: 0.01, p99Ms: 0.8 },
  "tail:errors": { cpu: 1.41, errors: 0.99, p99Ms: 2 },
  "ratio:0.5": { cpu: 1.6, errors: 0.5, p99Ms: 3 },
};

export function estimatesOf(sweep: Readonly<Record<string, Measured>>): Estimate[] {
  return Object.entries(sweep).flatMap(([variant, measured]) => {
    const { cpu, errors, traces, lost = 0, p99Ms = 1, halfWidth = 0.005, rounds = 6 } = measured;
    const estimate = (phase: Phase, metric: string, unit: string, center: number, against?: string): Estimate => {
      const bounds = { low: center * (1 - halfWidth), high: center * (1 + halfWidth) };
      const about = {
        phase,
        variant,
        metric,
        unit,
        center,
        ...bounds,
        confidence: 0.95,
        n: rounds,
        method: "",
        warnings: [],
      };
      return against === undefined ? about : { ...about, against };
    };
    return [
      estimate("cost", "cpuUsPerRequest", "ratio", cpu, "none"),
      estimate("cost", "cpuUsPerRequest", "ratio", cpu / 1.56, "always_on"),
      estimate("cost", "cpuUsPerRequest", "us/request", (cpu - 1) * 240, "none"),
      estimate("latency", "responseTimeP99Ms", "ms", p99Ms, "none"),
      estimate("latency", "spansLostShare", "share", lost),
      estimate("latency", "errorRecall", "share", errors),
      ...(traces === undefined ? [] : [estimate("latency", "keptTraces", "share", traces)]),
      estimate("latency", "keptSpansPerRequest", "spans/request", errors * 8),
      estimate("cost", "bytesOutPerRequest", "bytes/request", errors * 2000),
      estimate("capacity", "requestsPerSecond", "requests/s", 4000 / cpu),
    ];
  });
}

export function resultsOf(variants: readonly string[]): Results {
  const records = ["none", ...variants].flatMap((variant): TrialRecord[] =>
    (["cost", "latency"] as const).map((phase) =>
      syntheticRecord({ phase, variant, round: 1, requestsPerSecond: 600 }),
    ),
  );
  return syntheticResults(records);
}

export function advise(wishes: Partial<Wishes>, sweep = SWEEP, knowledge = KNOWLEDGE): Advice {
  return adviseOn(resultsOf(Object.keys(sweep)), estimatesOf(sweep), { limits: {}, batch: {}, ...wishes }, knowledge);
}
