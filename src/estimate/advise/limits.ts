import type { Phase } from "../../spec/phases.ts";
import { isUpperBound } from "../fidelity/warnings.ts";
import { roundsToSettle } from "../verdict.ts";
import type { Candidate } from "./candidate.ts";
import type { Beaten } from "./choice.ts";
import { type Figures, mapFigure, type Figure } from "./figures.ts";
import { distance, SAME_RATE, type Projection } from "./traffic.ts";

/** The user's limits. CPU in one of three units; shares: 0.05 is 5 %. */
export interface Limits {
  /** CPU added to a request, as a share of what it takes without tracing. */
  readonly maxCpuShare?: number;
  readonly maxCpuUs?: number;
  /** CPU cores added at the user's traffic. */
  readonly maxCores?: number;
  readonly maxP99Ms?: number;
  readonly minErrors?: number;
  /** Money a month. */
  readonly maxSpend?: number;
}

export type LimitName = keyof Limits;

/** A figure at a load other than the judged one. */
export interface OtherLoad {
  readonly phase: Phase;
  readonly figure: Figure;
  readonly requestsPerSecond: number;
}

/**
 * `met` and `missed`: the whole interval is within the limit, or beyond it. `not settled`: neither, or the figure does
 * not hold at the user's traffic, or another measured load contradicts it. `unknown`: there is no figure.
 */
export interface Standing {
  readonly name: LimitName;
  readonly limit: number;
  readonly state: "met" | "missed" | "not settled" | "unknown";
  readonly figure?: Figure;
  /** All reasons for which it is not settled. */
  readonly because: readonly Doubt[];
  /** If it is met: the nearest other load whose interval holds the limit. */
  readonly openAt?: OtherLoad & { readonly judgedPerSecond: number };
}

export type Doubt =
  | { readonly kind: "no interval" | "upper bound" }
  /** `rounds`: so many valid ones would settle it; undefined if that is unknown, or too many. */
  | { readonly kind: "interval"; readonly rounds?: number }
  /** One process of the user's gets so many requests a second, and the figure holds up to so many times the measured rate. */
  | {
      readonly kind: "traffic";
      readonly requestsPerSecond: number;
      readonly measuredPerSecond: number;
      readonly holdsWithin: number;
      /** If one process cannot carry that. */
      readonly beyond?: { readonly capacity: number; readonly instancesNeeded: number };
    }
  /** The figure at another load is beyond the limit. */
  | ({ readonly kind: "other load" } & OtherLoad);

/** A candidate with all that is known of it. */
export interface Assessed {
  readonly candidate: Candidate;
  readonly projection: Projection | undefined;
  readonly standings: readonly Standing[];
  /** CPU that it adds to a request beyond the choice, µs, paired by round; undefined for what runs the same as the choice, and what was not compared with it. */
  readonly beyondChoice?: Figure | undefined;
  /** If it is within the limits, and others are shown to be better. */
  readonly beaten?: Beaten | undefined;
}

interface Rule {
  readonly isLeast?: true;
  /** How many times the measured rate may be the user's. */
  readonly holdsWithin?: number;
  /** Which measured rate; default `cost`. */
  readonly phase?: "latency";
  readonly read: (figures: Figures, projection: Projection | undefined) => Figure | undefined;
}

const shareOf = (ratio: Figure | undefined): Figure | undefined => ratio && mapFigure(ratio, (value) => value - 1);
const coresOf = (figures: Figures, projection: Projection | undefined): Figure | undefined =>
  projection && figures.cpuUs && mapFigure(figures.cpuUs, (us) => us * projection.coresPerUs);

const RULES: Readonly<Record<LimitName, Rule>> = {
  // the CPU of a request without tracing falls to a third from low load to capacity, and the percentage rises with that
  maxCpuShare: { holdsWithin: 1.5, read: ({ cpuRatio }) => shareOf(cpuRatio) },
  maxCpuUs: { holdsWithin: 10, read: ({ cpuUs }) => cpuUs },
  maxCores: { holdsWithin: 10, read: coresOf },
  maxP99Ms: { holdsWithin: 1.5, phase: "latency", read: ({ p99Ms }) => p99Ms },
  minErrors: { isLeast: true, read: ({ failedKept }) => failedKept },
  maxSpend: { read: (_, projection) => projection?.moneyPerMonth },
};

/** How a candidate stands to each limit. */
export function standingsOf(candidate: Candidate, projection: Projection | undefined, limits: Limits): Standing[] {
  return (Object.entries(limits) as [LimitName, number][]).map(([name, limit]): Standing => {
    const { isLeast = false, read } = RULES[name];
    const figure = read(candidate.figures, projection);
    if (figure === undefined) return { name, limit, state: "unknown", because: [] };
    const state = compare(figure, limit, isLeast);
    const nearest = (other: Standing["state"]): OtherLoad[] =>
      state === "met" ? nearestLoad(candidate, projection, { name, limit, state: other }) : [];
    const because = [
      ...farTraffic(candidate, projection, name),
      ...nearest("missed").map((load) => ({ kind: "other load" as const, ...load })),
      ...(state === "not settled" ? [openness(figure, limit, isLeast)] : []),
    ];
    if (because.length > 0) return { name, limit, figure, state: "not settled", because };
    const [open] = nearest("not settled");
    const judgedPerSecond = candidate.rates.get(candidate.costPhase) ?? NaN;
    return { name, limit, figure, state, because, ...(open && { openAt: { ...open, judgedPerSecond } }) };
  });
}

function farTraffic(candidate: Candidate, projection: Projection | undefined, name: LimitName): Doubt[] {
  const { rates, costPhase, keptPhase } = candidate;
  if (projection === undefined) return [];
  const { isLeast, holdsWithin = isLeast ? SAME_RATE : Infinity, phase } = RULES[name];
  const isFar = isLeast ? !projection.isVolumeKnown : distance(projection.factors[phase ?? "cost"]) > holdsWithin;
  const measuredIn = isLeast ? keptPhase : (phase ?? costPhase);
  const measured = measuredIn && rates.get(measuredIn);
  if (!isFar || measured === undefined) return [];
  const { perProcess: requestsPerSecond, instancesNeeded } = projection;
  const beyond = instancesNeeded !== undefined && { capacity: candidate.figures.capacity!.center, instancesNeeded };
  const doubt = { kind: "traffic" as const, requestsPerSecond, measuredPerSecond: measured, holdsWithin };
  return [{ ...doubt, ...(beyond && { beyond }) }];
}

/**
 * The nearest other load with an interval at which the limit has this state, among those as near as the limit holds. If the
 * user's load is known, another load does not count if the judged load lies between it and the user's.
 */
function nearestLoad(
  { figures, rates, costPhase }: Candidate,
  projection: Projection | undefined,
  { name, limit, state }: Pick<Standing, "name" | "limit" | "state">,
): OtherLoad[] {
  const { holdsWithin = Infinity, read } = RULES[name];
  const judged = rates.get(costPhase) ?? NaN;
  const own = projection?.perProcess ?? judged;
  const others = (figures.otherLoads ?? []).flatMap(({ phase, cpuUs, cpuRatio }): OtherLoad[] => {
    const figure = read({ cpuUs, cpuRatio }, projection);
    const requestsPerSecond = rates.get(phase) ?? NaN;
    const isFarther = (own <= judged && judged < requestsPerSecond) || (own >= judged && judged > requestsPerSecond);
    const counts = projection === undefined || !isFarther;
    return figure?.low !== undefined &&
      compare(figure, limit, false) === state &&
      counts &&
      distance(requestsPerSecond / own) <= holdsWithin
      ? [{ phase, figure, requestsPerSecond }]
      : [];
  });
  return others
    .toSorted((a, b) => distance(a.requestsPerSecond / own) - distance(b.requestsPerSecond / own))
    .slice(0, 1);
}

function openness(figure: Figure, limit: number, isLeast: boolean): Doubt {
  const { low, high } = figure;
  if (low === undefined || high === undefined) return { kind: "no interval" };
  if (isBound(figure, isLeast)) return { kind: "upper bound" };
  // shares that are counted have no Student's interval
  const rounds = isLeast ? undefined : roundsToSettle({ ...figure, low, high }, limit);
  return { kind: "interval", ...(rounds !== undefined && { rounds }) };
}

function compare(figure: Figure, limit: number, isLeast: boolean): Standing["state"] {
  const { low, high } = figure;
  if (low === undefined || high === undefined) return "not settled";
  const [best, worst] = isLeast ? [-high, -low] : [low, high];
  const most = isLeast ? -limit : limit;
  if (best > most) return "missed";
  return worst <= most && !isBound(figure, isLeast) ? "met" : "not settled";
}

/** An upper bound of what is kept proves nothing about the least. */
function isBound(figure: Figure, isLeast: boolean): boolean {
  return isLeast && isUpperBound(figure);
}
