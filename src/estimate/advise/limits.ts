import { isUpperBound } from "../fidelity/warnings.ts";
import type { Candidate } from "./candidate.ts";
import { mapFigure, type Figure } from "./figure.ts";
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
 * not hold at the user's traffic. `unknown`: there is no figure.
 */
export interface Standing {
  readonly name: LimitName;
  readonly limit: number;
  readonly state: "met" | "missed" | "not settled" | "unknown";
  readonly figure?: Figure;
  /** Why it is not settled. */
  readonly because?: "interval" | "no interval" | "upper bound" | "traffic";
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
  readonly read: (candidate: Candidate, projection: Projection | undefined) => Figure | undefined;
}

const RULES: Readonly<Record<LimitName, Rule>> = {
  // the CPU of a request without tracing falls to a third from low load to capacity, and the percentage rises with that
  maxCpuShare: {
    holdsWithin: 1.5,
    read: ({ figures }) => figures.cpuRatio && mapFigure(figures.cpuRatio, (ratio) => ratio - 1),
  },
  maxCpuUs: { holdsWithin: 10, read: ({ figures }) => figures.cpuUs },
  maxCores: { holdsWithin: 10, read: (_, projection) => projection?.cores },
  maxP99Ms: { holdsWithin: 1.5, phase: "latency", read: ({ figures }) => figures.p99Ms },
  minErrors: { isLeast: true, read: ({ figures }) => figures.failedKept },
  maxSpend: { read: (_, projection) => projection?.moneyPerMonth },
};

/** How a candidate stands to each limit. */
export function standingsOf(candidate: Candidate, projection: Projection | undefined, limits: Limits): Standing[] {
  return (Object.entries(limits) as [LimitName, number][]).map(([name, limit]): Standing => {
    const { isLeast, holdsWithin = Infinity, phase = "cost", read } = RULES[name];
    const figure = read(candidate, projection);
    if (figure === undefined) return { name, limit, state: "unknown" };
    const state = compare(figure, limit, isLeast === true);
    const isFar =
      projection !== undefined &&
      (distance(projection.factors[phase]) > holdsWithin || (isLeast === true && !projection.isVolumeKnown));
    if (isFar) return { name, limit, figure, state: "not settled", because: "traffic" };
    if (state !== "not settled") return { name, limit, figure, state };
    const because = figure.low === undefined ? "no interval" : isBound(figure, isLeast) ? "upper bound" : "interval";
    return { name, limit, figure, state, because };
  });
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
