import type { Candidate, Figure } from "./candidate.ts";
import { isUpperBound } from "../fidelity/warnings.ts";
import type { Projection } from "./project.ts";

/** What the user can live with. Shares: 0.05 is 5 %. */
export interface Constraints {
  readonly maxCpu?: number;
  readonly maxP99Ms?: number;
  readonly minErrors?: number;
  /** Money a month. */
  readonly maxSpend?: number;
}

export type ConstraintName = keyof Constraints;

/**
 * `met`: the whole interval is within the limit. `unproven`: the figure is, but its interval is not, or it has none,
 * or what must be reached is known by an upper bound only. `missed`: the figure is beyond it, by `by`. `unknown`: it was not measured, or cannot be said for this traffic.
 */
export interface Standing {
  readonly name: ConstraintName;
  readonly limit: number;
  readonly state: "met" | "unproven" | "missed" | "unknown";
  readonly figure?: Figure;
  /** Positive, in the figure's own unit. */
  readonly by?: number;
}

interface Reading {
  readonly sense: "at most" | "at least";
  readonly read: (candidate: Candidate, projection: Projection | undefined) => Figure | undefined;
}

const READINGS: Readonly<Record<ConstraintName, Reading>> = {
  maxCpu: { sense: "at most", read: ({ figures }) => figures.cpuRatio && shifted(figures.cpuRatio, -1) },
  maxP99Ms: { sense: "at most", read: ({ figures }) => figures.p99AddedMs },
  minErrors: { sense: "at least", read: ({ figures }) => figures.errorRecall },
  maxSpend: { sense: "at most", read: (_, projection) => projection?.moneyPerMonth },
};

/** How a candidate stands to each limit that was given. */
export function standingsOf(candidate: Candidate, projection: Projection | undefined, limits: Constraints): Standing[] {
  const given = Object.entries(limits) as [ConstraintName, number][];
  return given.map(([name, limit]) => {
    const { sense, read } = READINGS[name];
    const figure = read(candidate, projection);
    if (figure === undefined) return { name, limit, state: "unknown" };
    const turn = sense === "at most" ? 1 : -1;
    const worst = sense === "at most" ? figure.high : lowestOf(figure);
    const by = turn * (figure.center - limit);
    if (by > 0) return { name, limit, figure, state: "missed", by };
    const state = worst !== undefined && turn * (worst - limit) <= 0 ? "met" : "unproven";
    return { name, limit, figure, state };
  });
}

function lowestOf(figure: Figure): number | undefined {
  return isUpperBound(figure) ? undefined : figure.low;
}

function shifted({ center, low, high, n }: Figure, by: number): Figure {
  return { center: center + by, n, ...(low !== undefined && high !== undefined && { low: low + by, high: high + by }) };
}
