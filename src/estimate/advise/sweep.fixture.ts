/** A made-up sweep as estimates: 600 requests/s a process, eight spans a request if all are kept. */
import type { Phase } from "../../spec/phases.ts";
import type { Results } from "../../record/results.ts";
import type { TrialRecord } from "../../record/trial-record.ts";
import type { Estimate } from "../estimate.ts";
import { ledgerOf } from "../../record/records.fixture.ts";
import { syntheticRecord, syntheticResults } from "../synthetic.fixture.ts";
import { adviseOn, type Advice, type CollectorFiles, type Wishes } from "./advise.ts";

export interface Measured {
  /** CPU relative to none, which takes 240 µs a request. */
  readonly cpu: number;
  readonly failed: number;
  readonly slow?: number;
  readonly traces?: number;
  /** CPU that it adds to a request in the phase latency, µs. */
  readonly latencyCpuUs?: number;
  /** The same at the second rate of the phase cost, 2,400 requests/s. */
  readonly furtherCpuUs?: number;
  /** Share of its spans lost at capacity. */
  readonly lost?: number;
  readonly p99Ms?: number;
  readonly p99Verdict?: Estimate["verdict"];
  readonly halfWidth?: number;
  readonly rounds?: number;
  readonly warnings?: Estimate["warnings"];
  /** CPU of a request, µs, and peak memory of its Collector. */
  readonly collector?: { readonly cpuUs: number; readonly rssBytes: number };
}
export type Sweep = Readonly<Record<string, Measured>>;

export const SWEEP: Sweep = {
  always_on: { cpu: 1.56, failed: 1, slow: 1, traces: 1, p99Ms: 3 },
  "ratio:0.1": { cpu: 1.18, failed: 0.1, slow: 0.1, traces: 0.1 },
  "ratio:0.01": { cpu: 1.13, failed: 0.01, slow: 0.01, traces: 0.01, p99Ms: 0.8 },
  "ratio:0.5": { cpu: 1.6, failed: 0.5, slow: 0.5, traces: 0.5, p99Ms: 3 },
  "tail:errors": { cpu: 1.41, failed: 0.99, slow: 0, traces: 0.06, p99Ms: 2 },
};

/** Half the width of a contrast of two variants. */
const CONTRAST_US = 2;

export function estimatesOf(sweep: Sweep): Estimate[] {
  return Object.entries(sweep).flatMap(([variant, measured]) => {
    const {
      cpu,
      failed,
      slow = failed,
      traces = failed,
      latencyCpuUs,
      furtherCpuUs,
      lost,
      p99Ms = 1,
      p99Verdict,
      halfWidth = 0.005,
      rounds = 6,
      warnings = [],
      collector,
    } = measured;
    const estimate = (phase: Phase, metric: string, unit: string, center: number, against?: string): Estimate => ({
      phase,
      variant,
      metric,
      unit,
      center,
      low: center * (1 - halfWidth),
      high: center * (1 + halfWidth),
      confidence: 0.95,
      n: rounds,
      method: "",
      warnings: metric === "errorRecall" ? warnings : [],
      ...(against !== undefined && { against }),
    });
    const contrasts = (["cost", "cost-2"] as const).flatMap((phase) => {
      const addedUs = (one: Measured): number => (phase === "cost" ? (one.cpu - 1) * 240 : (one.furtherCpuUs ?? NaN));
      return Object.entries(sweep).flatMap(([other, its]) => {
        const center = addedUs(measured) - addedUs(its);
        const bounds = { low: center - CONTRAST_US, high: center + CONTRAST_US };
        return center < 0 ? [{ ...estimate(phase, "cpuUsPerRequest", "us/request", center, other), ...bounds }] : [];
      });
    });
    return [
      ...contrasts,
      estimate("cost", "cpuUsPerRequest", "ratio", cpu, "none"),
      estimate("cost", "cpuUsPerRequest", "us/request", (cpu - 1) * 240, "none"),
      ...[["latency", latencyCpuUs] as const, ["cost-2", furtherCpuUs] as const].flatMap(([phase, us]) =>
        us === undefined
          ? []
          : [
              estimate(phase, "cpuUsPerRequest", "us/request", us, "none"),
              estimate(phase, "cpuUsPerRequest", "ratio", 1 + us / 240, "none"),
            ],
      ),
      estimate("latency", "responseTimeP99Ms", "ms", p99Ms, "none"),
      { ...estimate("latency", "responseTimeP99Ms", "ratio", 1.1, "none"), ...(p99Verdict && { verdict: p99Verdict }) },
      estimate("latency", "errorRecall", "share", failed),
      estimate("latency", "tailRecall", "share", slow),
      estimate("latency", "keptTraces", "share", traces),
      estimate("latency", "keptSpansPerRequest", "spans/request", traces * 8),
      estimate("capacity", "requestsPerSecond", "requests/s", 4000),
      ...(lost === undefined ? [] : [estimate("capacity", "spansLostShare", "share", lost)]),
      ...(collector === undefined
        ? []
        : [
            estimate("cost", "collectorCpuUsPerRequest", "us/request", collector.cpuUs),
            estimate("cost", "collectorRssBytes", "bytes", collector.rssBytes),
          ]),
    ];
  });
}

/** Every trial has 1,000 requests of eight spans; an export takes 20 ms, and 90 ms side by side. */
export function resultsOf(variants: readonly string[], hasFurther = false): Results {
  const phases: readonly Phase[] = ["cost", "latency", ...(hasFurther ? (["cost-2"] as const) : [])];
  const records = ["none", ...variants].flatMap((variant) =>
    phases.map((phase): TrialRecord => {
      const requestsPerSecond = phase === "cost-2" ? 2400 : 600;
      const record = syntheticRecord({ phase, variant, round: 1, requestsPerSecond });
      return {
        ...record,
        requests: { startedAtTarget: 1000, completedAtDriver: 1000, unfinishedAtDriver: 0 },
        ledger: ledgerOf(8000, 8000),
        resources: { ...record.resources!, spansPerRequest: 8, flushMs: phase === "latency" ? 20 : 90 },
        sink: { batches: 16, malformed: {}, conditioned: {} },
      };
    }),
  );
  const results = syntheticResults(records);
  const rates = { costRatePerSecond: 600, furtherCostRatesPerSecond: [2400] };
  return { ...results, scenario: { ...results.scenario, phases: [...phases], ...rates } };
}

export function advise(
  wishes: Partial<Wishes> = {},
  sweep: Sweep = SWEEP,
  files: Partial<CollectorFiles> = {},
): Advice {
  const all = { limits: {}, queue: {}, ...wishes };
  const hasFurther = Object.values(sweep).some(({ furtherCpuUs }) => furtherCpuUs !== undefined);
  return adviseOn(resultsOf(Object.keys(sweep), hasFurther), estimatesOf(sweep), all, {
    queueOf: () => undefined,
    policyOf: () => undefined,
    isLimited: () => false,
    ...files,
  });
}

export const assessedOf = ({ assessed }: Advice, id: string) =>
  assessed.find(({ candidate }) => candidate.variant.id === id)!;

export const idOf = ({ chosen }: Advice): string | undefined => chosen?.candidate.variant.id;
