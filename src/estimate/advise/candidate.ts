import { phaseRow, rateOf, type CostPhase, type Phase } from "../../spec/phases.ts";
import { AXES, type Axis, axisText, type Variant } from "../../plan/variant.ts";
import type { Results } from "../../record/results.ts";
import { isUsable, type TrialRecord } from "../../record/trial-record.ts";
import { type Estimate, CONFIDENCE } from "../estimate.ts";
import { paretoFront, scoresOf, type Criteria } from "../pareto-front.ts";
import { interval, mean, oneSample } from "../statistics/student.ts";
import { MIN_ROUNDS } from "../verdict.ts";
import { followsCallers } from "../../spec/workload.ts";
import { isByCollector, isOfOtherList, rateLimitOf, volumeOf } from "./deployment.ts";
import {
  multiplyShares,
  type Figure,
  figuresOf,
  keptPhaseOf,
  OF_COLLECTOR,
  OF_DECISION,
  without,
  type Figures,
} from "./figures.ts";
import { receivedPerRequest } from "./per-request.ts";

/** Why a variant cannot be recommended, whatever the limits. */
export type Lack = "always_on" | "cost" | "rounds" | "kept" | "traces" | "none seen" | "callers" | "instrumentation";

/** A traced variant with the figures that it would have in production. */
export interface Candidate {
  readonly variant: Variant;
  /** What services run; undefined if that was not measured. */
  readonly service: Variant | undefined;
  /** If a Collector decides: `always_on` behind a measured one with the same policy. */
  readonly byCollector?: Variant | undefined;
  readonly figures: Figures;
  /** In which the CPU of its figures was measured. */
  readonly costPhase: CostPhase;
  /** In which the shares kept were measured, one for all candidates; undefined without any. */
  readonly keptPhase: Phase | undefined;
  readonly volume: ReturnType<typeof volumeOf>;
  /** Requests a second of one process, by phase: as the report gives them, planned in an open loop and measured in a closed one. */
  readonly rates: ReadonlyMap<Phase, number>;
  /** Usable trials of what services run. */
  readonly records: readonly TrialRecord[];
  readonly lack: Lack | undefined;
}

/** The share of traces kept by which a variant without any is not recommended; that of failed requests, if there is no other. */
export function keptOf({ tracesKept, failedKept }: Figures): Figure | undefined {
  return tracesKept ?? failedKept;
}

const SHARES_KEPT = ["failedKept", "slowKept", "tracesKept"] as const;

/** What the configurations of Collectors say of their decisions. */
export interface Policies {
  /** Which traces its tail sampler keeps, or that of its Collector; undefined if it has none, or that is unknown. */
  readonly policyOf: (variant: Variant) => string | undefined;
  /** Whether its Collector keeps so much a second, or may. */
  readonly isLimited: (variant: Variant) => boolean;
}

const UNREAD: Policies = { policyOf: () => undefined, isLimited: ({ collector }) => collector !== undefined };

/**
 * All variants with an SDK, in the order of the plan, at what they cost in one of the phases cost. Lists of instrumentations
 * do not compete, because what they save is spans: of several, only the target's own lacks nothing for it.
 */
export function candidatesOf(
  results: Pick<Results, "plan" | "records" | "scenario">,
  estimates: readonly Estimate[],
  costPhase: CostPhase = "cost",
  { policyOf, isLimited }: Policies = UNREAD,
): Candidate[] {
  const { plan, records, scenario } = results;
  const untraced = new Set(plan.variants.filter(({ sampler }) => sampler.text === "none").map(({ id }) => id));
  const byVariant = Map.groupBy(estimates, ({ variant }) => variant);
  const measured = plan.variants
    .filter(({ sampler }) => sampler.kind.traced)
    .map((variant): Measured => {
      const own = records.filter((record) => record.trial.variant === variant.id && isUsable(record));
      const figures = figuresOf(byVariant.get(variant.id) ?? [], untraced, costPhase);
      const local = own.some(({ ledger }) => (ledger?.keptLocally ?? 0) > 0);
      const storedSpans = figures.storedSpans && storedSpansOf(variant, own);
      const all = { ...figures, ...(storedSpans && { storedSpans }) };
      return { variant, records: own, figures: local ? without(all, OF_DECISION) : all };
    });
  const keptPhase = keptPhaseOf(estimates);
  const hasCallers = scenario.requests.some(({ parent }) => parent !== undefined);
  return measured.map((one): Candidate => {
    const parts = deployed(one, measured, policyOf);
    const volume = volumeOf(one.variant, isLimited(one.variant));
    const candidate = { ...parts, costPhase, keptPhase, volume, rates: ratesOf(parts.records, results) };
    if (isOfOtherList(one.variant, results)) return { ...candidate, lack: "instrumentation" };
    return hasCallers && isLimitedBesideCallers(one.variant) ? { ...candidate, lack: "callers" } : candidate;
  });
}

/** It keeps what callers sampled, and so many a second of the rest: what that is at another load is unknown. */
function isLimitedBesideCallers(variant: Variant): boolean {
  return followsCallers(variant.sampler) && rateLimitOf(variant) !== undefined;
}

/** What the front compares. What was not measured of any kept share counts as nothing kept. */
function criteriaOf({ figures, lack }: Pick<Candidate, "figures" | "lack">): Criteria | undefined {
  if (lack !== undefined || figures.cpuUs === undefined) return undefined;
  const { cpuUs, storedSpans, failedKept, slowKept, tracesKept } = figures;
  return {
    cpuUs: cpuUs.center,
    storedSpans: storedSpans?.center ?? 0,
    failedKept: failedKept?.center ?? 0,
    slowKept: slowKept?.center ?? 0,
    tracesKept: tracesKept?.center ?? 0,
  };
}

/** The candidates on the front; those without criteria are not. */
export function candidateFront(candidates: readonly Candidate[]): ReadonlySet<Candidate> {
  const measured = candidates.filter((candidate) => criteriaOf(candidate) !== undefined);
  return paretoFront(measured, (candidate) => scoresOf(criteriaOf(candidate)!));
}

/**
 * A sampler that keeps a share of the requests keeps it at every rate, in the warm-up too: so that share is counted over the
 * life of the processes, some ten times the requests of the windows. Undefined for other samplers, behind a Collector, and
 * without rounds.
 */
function storedSpansOf(variant: Variant, records: readonly TrialRecord[]): Figure | undefined {
  if (variant.collector !== undefined || volumeOf(variant, false) !== "per request") return undefined;
  const perRound = receivedPerRequest(records);
  if (perRound.length === 0) return undefined;
  const contrast = oneSample(perRound);
  return { center: contrast.mean, n: contrast.n, ...(contrast.n >= MIN_ROUNDS && interval(contrast, CONFIDENCE)) };
}

interface Measured {
  readonly variant: Variant;
  readonly figures: Figures;
  readonly records: readonly TrialRecord[];
}

/**
 * The variant as production runs it. If a Collector decides, services cost what `always_on` costs with the same
 * other axes, and the Collector keeps a share of what `always_on` delivers. What the Collector costs was
 * measured if one with the same policy stood behind `always_on`.
 */
function deployed(
  own: Measured,
  measured: readonly Measured[],
  policyOf: Policies["policyOf"],
): Omit<Candidate, "costPhase" | "keptPhase" | "volume" | "rates"> {
  const { variant, figures } = own;
  if (!isByCollector(variant)) return ofService(own, figures, own);
  const alwaysOn = measured.filter(
    ({ variant: other }) => other.sampler.text === "always_on" && isBeside(other, variant),
  );
  const service = alwaysOn.find(({ variant: other }) => other.collector?.text === variant.collector?.text);
  const policy = policyOf(variant);
  const byCollector = alwaysOn.find(({ variant: other }) => policy !== undefined && policyOf(other) === policy);

  const delivered = service?.figures ?? {};
  const kept = SHARES_KEPT.flatMap((name) => {
    const [share, arrived] = [figures[name], delivered[name]];
    return share === undefined || arrived === undefined ? [] : [[name, multiplyShares(share, arrived)]];
  });
  const costs = without(delivered, [...OF_DECISION, ...OF_COLLECTOR]);
  const collectorCpuUs = byCollector?.figures.collectorCpuUs;
  const decided = Object.fromEntries(OF_DECISION.flatMap((name) => (figures[name] ? [[name, figures[name]]] : [])));
  const all = { ...costs, ...decided, ...Object.fromEntries(kept), ...(collectorCpuUs && { collectorCpuUs }) };
  return { ...ofService(own, all, service), ...(collectorCpuUs && { byCollector: byCollector.variant }) };
}

function ofService({ variant }: Measured, figures: Figures, service: Measured | undefined) {
  const lack: Lack | undefined = service === undefined ? "always_on" : lackOf(variant, figures);
  const records = service?.records ?? [];
  return { variant, service: service?.variant, figures, records, lack };
}

/** Whether they differ in nothing but sampler and Collector. */
function isBeside(one: Variant, other: Variant): boolean {
  const isSame = (axis: Axis): boolean => axis === "collector" || axisText(one, axis) === axisText(other, axis);
  return one.build === other.build && AXES.every(isSame);
}

function lackOf({ sampler }: Variant, figures: Figures): Lack | undefined {
  const { cpuUs, cpuRatio } = figures;
  if (cpuUs === undefined || cpuRatio === undefined) return "cost";
  if (cpuUs.n < MIN_ROUNDS) return "rounds";
  const kept = keptOf(figures);
  if (kept === undefined) return "kept";
  if (kept.center > 0) return undefined;
  // a sampler that keeps few traces may keep none of a small sample
  return sampler.kind.probability?.(sampler.config) === 0 ? "traces" : "none seen";
}

function ratesOf(
  records: readonly TrialRecord[],
  { plan, scenario }: Pick<Results, "plan" | "scenario">,
): ReadonlyMap<Phase, number> {
  const byPhase = Map.groupBy(records, ({ trial }) => trial.phase);
  return new Map(
    [...byPhase].flatMap(([phase, own]) => {
      const rates = own.flatMap(({ load }) => load?.requestsPerSecond ?? []);
      if (rates.length === 0) return [];
      const isPlanned = phaseRow(phase).loop === "open";
      // the geometric mean, as in the estimate of the throughput
      return [[phase, isPlanned ? rateOf(scenario, phase, plan.variants.length) : Math.exp(mean(rates.map(Math.log)))]];
    }),
  );
}
