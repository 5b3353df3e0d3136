import type { Results } from "../../record/results.ts";
import type { Estimate } from "../estimate.ts";
import { COST_PHASES, rateOf, type CostPhase, type Phase } from "../../spec/phases.ts";
import type { Candidate } from "./candidate.ts";
import { rateLimitOf } from "./deployment.ts";
import { mapFigure, type Figure, type Figures } from "./figures.ts";
import { bytesPerSpan, startedPerRequest } from "./per-request.ts";

/** The user's traffic, and the price of the backend. */
export interface Traffic {
  /** Of the whole service. */
  readonly requestsPerSecond: number;
  /** Processes that share the traffic evenly. */
  readonly instances: number;
  /** Money for a million spans that the backend receives. */
  readonly pricePerMillion?: number;
}

/** The cost of a variant at the user's traffic, all instances together. A month has 30 days. */
export interface Projection {
  /** Requests a second of one process. */
  readonly perProcess: number;
  readonly cores?: Figure;
  /** Cores for 1 µs a request. */
  readonly coresPerUs: number;
  readonly spansPerMonth?: Figure;
  readonly bytesPerMonth?: Figure;
  readonly moneyPerMonth?: Figure;
  /** The requests a second of one process over those measured, by phase; NaN if the phase was not measured. `cost`: that of the candidate's cost phase. */
  readonly factors: { readonly cost: number; readonly latency: number };
  /** Whether what is kept and stored is known at this traffic. */
  readonly isVolumeKnown: boolean;
  /** Set if a process gets more than 70 % of what it carries at most: the instances that are needed. */
  readonly instancesNeeded?: number;
}

const MONTH_S = 30 * 24 * 3600;
/** A sampler whose volume depends on the rate in an unknown way is known near the measured rate only. */
export const SAME_RATE = 1.25;
/** Response times rise steeply above this share of the capacity. */
export const HEADROOM = 0.7;

/** The factor between two rates, at least 1. */
export function distance(factor: number): number {
  return Math.max(factor, 1 / factor);
}

/** The phase with a known cost whose planned rate is nearest to the user's, for one process. */
export function nearestCostPhase(
  { plan, scenario }: Pick<Results, "plan" | "scenario">,
  estimates: readonly Estimate[],
  traffic: Traffic,
): CostPhase {
  const own = traffic.requestsPerSecond / traffic.instances;
  const farness = (phase: CostPhase): number => distance(own / rateOf(scenario, phase, plan.variants.length));
  const known = COST_PHASES.filter((name) =>
    estimates.some(({ phase, metric }) => phase === name && metric === "cpuUsPerRequest"),
  );
  return known.toSorted((one, other) => farness(one) - farness(other))[0] ?? "cost";
}

/** The candidate with what it keeps and stores at the user's traffic. */
export function atTraffic(candidate: Candidate, traffic: Traffic): Candidate {
  const own = traffic.requestsPerSecond / traffic.instances;
  const limit = rateLimitOf(candidate.variant);
  if (limit === undefined) return candidate;
  const keptOf = (rate: number): number => Math.min(1, limit.perSecond / rate);
  const kept = candidate.figures.tracesKept;
  // the share of traces that was kept includes the burst of a full bucket, which a short window makes large
  const scale = (figure: Figure | undefined, most = Infinity): Figure | undefined => {
    if (figure === undefined || kept === undefined || kept.center === 0) return figure;
    return mapFigure(figure, (value) => Math.min(most, (value * keptOf(own)) / kept.center));
  };
  const { failedKept, slowKept, tracesKept, storedSpans } = candidate.figures;
  const started = startedPerRequest(candidate.records);
  const figures = {
    failedKept: scale(failedKept, 1),
    slowKept: scale(slowKept, 1),
    tracesKept: scale(tracesKept, 1),
    storedSpans: withCenter(scale(storedSpans), started && keptOf(own) * started),
  };
  return { ...candidate, figures: { ...candidate.figures, ...defined<Figures>(figures) } };
}

/** What a candidate costs at the user's traffic; its figures per request are those `atTraffic`. */
export function project(candidate: Candidate, traffic: Traffic): Projection {
  const { figures, rates, costPhase, keptPhase, volume, records } = candidate;
  const { requestsPerSecond, instances, pricePerMillion } = traffic;
  const own = requestsPerSecond / instances;
  const factorOf = (phase: Phase | undefined): number => own / ((phase && rates.get(phase)) ?? NaN);
  const factors = { cost: factorOf(costPhase), latency: factorOf("latency") };
  const isVolumeKnown = volume !== "unknown" || distance(factorOf(keptPhase)) <= SAME_RATE;
  const times = (figure: Figure | undefined, by: number): Figure | undefined =>
    figure && mapFigure(figure, (value) => value * by);
  const stored = isVolumeKnown ? requestsPerSecond * MONTH_S : NaN;
  const spansPerMonth = isVolumeKnown ? times(figures.storedSpans, stored) : undefined;
  const bytes = bytesPerSpan(records);
  const capacity = figures.capacity?.center ?? Infinity;
  return {
    perProcess: own,
    factors,
    isVolumeKnown,
    coresPerUs: requestsPerSecond / 1e6,
    ...defined<Projection>({
      cores: times(figures.cpuUs, requestsPerSecond / 1e6),
      spansPerMonth,
      bytesPerMonth: bytes === undefined ? undefined : times(spansPerMonth, bytes),
      moneyPerMonth: pricePerMillion === undefined ? undefined : times(spansPerMonth, pricePerMillion / 1e6),
      instancesNeeded: own > HEADROOM * capacity ? Math.ceil(requestsPerSecond / (HEADROOM * capacity)) : undefined,
    }),
  };
}

/** The figure moved to a center that is known by arithmetic, as wide as it was in proportion. */
function withCenter(figure: Figure | undefined, center: number | undefined): Figure | undefined {
  if (figure === undefined || center === undefined || figure.center === 0) return figure;
  return mapFigure(figure, (value) => (value * center) / figure.center);
}

/** Without the keys that are undefined. */
export function defined<T extends object>(values: { readonly [K in keyof T]?: T[K] | undefined }): Partial<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<T>;
}
