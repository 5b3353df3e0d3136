import type { Phase } from "../../spec/phases.ts";
import { isUpperBound } from "../fidelity/warnings.ts";
import type { Candidate } from "./candidate.ts";
import { type Figures, mapFigure, type Figure } from "./figures.ts";
import { distance, type Projection } from "./traffic.ts";

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

/**
 * `met` and `missed`: the whole interval is within the limit, or beyond it. `not settled`: neither, or the figure does
 * not hold at the user's traffic, or another measured load contradicts it. `unknown`: there is no figure.
 */
export interface Standing {
  readonly name: LimitName;
  readonly limit: number;
  readonly state: "met" | "missed" | "not settled" | "unknown";
  readonly figure?: Figure;
  /** Why it is not settled. */
  readonly because?: "interval" | "no interval" | "upper bound" | "traffic" | "other load";
  /** The figure at another measured load that is beyond the limit. */
  readonly elsewhere?: { readonly phase: Phase; readonly figure: Figure; readonly requestsPerSecond: number };
}

/** A candidate with all that is known of it. */
export interface Assessed {
  readonly candidate: Candidate;
  readonly projection: Projection | undefined;
  readonly standings: readonly Standing[];
  /** CPU that it adds to a request beyond the choice, µs, paired by round; undefined for the choice and without common rounds. */
  readonly beyondChoice?: Figure | undefined;
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
    const { isLeast, holdsWithin = Infinity, phase = "cost", read } = RULES[name];
    const figure = read(candidate.figures, projection);
    if (figure === undefined) return { name, limit, state: "unknown" };
    const state = compare(figure, limit, isLeast === true);
    const isFar =
      projection !== undefined &&
      (distance(projection.factors[phase]) > holdsWithin || (isLeast === true && !projection.isVolumeKnown));
    if (isFar) return { name, limit, figure, state: "not settled", because: "traffic" };
    const elsewhere = state === "met" ? contradiction(candidate, projection, name, limit) : undefined;
    if (elsewhere !== undefined) return { name, limit, figure, state: "not settled", because: "other load", elsewhere };
    if (state !== "not settled") return { name, limit, figure, state };
    const because = figure.low === undefined ? "no interval" : isBound(figure, isLeast) ? "upper bound" : "interval";
    return { name, limit, figure, state, because };
  });
}

/** The figure of the nearest other load beyond the limit, among those as near as the limit holds. */
function contradiction(
  { figures, rates, costPhase }: Candidate,
  projection: Projection | undefined,
  name: LimitName,
  limit: number,
): Standing["elsewhere"] {
  const { holdsWithin = Infinity, read } = RULES[name];
  const own = (rates.get(costPhase) ?? NaN) * (projection?.factors.cost ?? 1);
  const others = (figures.otherLoads ?? []).flatMap(({ phase, cpuUs, cpuRatio }) => {
    const figure = read({ cpuUs, cpuRatio }, projection);
    const requestsPerSecond = rates.get(phase) ?? NaN;
    const isContrary =
      figure !== undefined && figure.center > limit && distance(requestsPerSecond / own) <= holdsWithin;
    return isContrary ? [{ phase, figure, requestsPerSecond }] : [];
  });
  return others.toSorted((a, b) => distance(a.requestsPerSecond / own) - distance(b.requestsPerSecond / own))[0];
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
function isBound(figure: Figure, isLeast: boolean | undefined): boolean {
  return isLeast === true && isUpperBound(figure);
}
