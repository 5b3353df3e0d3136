import type { Candidate } from "./candidate.ts";
import type { ConstraintName, Standing } from "./constraints.ts";
import { keptOf } from "./front.ts";
import type { Projection } from "./project.ts";
import { MIN_ROUNDS } from "../verdict.ts";

/**
 * What a candidate lacks to be considered: figures of what services would run, a figure of its cost, as many rounds of
 * it as a verdict takes, a figure of what it keeps, or any trace: what keeps nothing is no way to trace (floor.ts).
 */
export type Lack = "service" | "cost" | "rounds" | "kept" | "traces";

/** A candidate with all that is said of it. */
export interface Judged {
  readonly candidate: Candidate;
  /** Undefined where it is considered. */
  readonly lack: Lack | undefined;
  readonly projection: Projection | undefined;
  readonly standings: readonly Standing[];
}

/** What is recommended and by which rule; or why nothing is: `impossible` is empty where nobody was considered. */
export type Choice =
  | {
      readonly chosen: Judged;
      readonly rule: string;
      readonly unproven: readonly Standing[];
      readonly rivals: readonly Judged[];
    }
  | { readonly chosen: undefined; readonly impossible: readonly Impossible[]; readonly nearest: Judged | undefined };

/** A constraint that stands in the way. */
export interface Impossible {
  readonly name: ConstraintName;
  readonly limit: number;
  /** Who comes nearest to it, or meets it; undefined where nobody was measured for it. */
  readonly best: Judged | undefined;
  readonly standing: Standing | undefined;
  /** Where somebody meets it: the constraints that those who do miss. */
  readonly clashesWith: readonly ConstraintName[];
}

/** Undefined where the candidate can be considered. */
export function lackOf(candidate: Candidate): Lack | undefined {
  const { cpuRatio, keptTraces } = candidate.figures;
  const kept = keptOf(candidate);
  if (candidate.inService === undefined) return "service";
  if (cpuRatio === undefined) return "cost";
  if (cpuRatio.n < MIN_ROUNDS) return "rounds";
  if (kept === undefined) return "kept";
  // a strategy that keeps few traces may miss all that failed
  return (keptTraces ?? kept).center === 0 ? "traces" : undefined;
}

/** The choice among those considered. */
export function choose(considered: readonly Judged[]): Choice {
  const fitting = considered.filter(({ standings }) => standings.every(isHeld));
  if (fitting.length === 0) return impossibilityOf(considered);
  const proven = fitting.filter(({ standings }) => standings.every(({ state }) => state === "met"));
  const pool = proven.length > 0 ? proven : fitting;
  const { rule, score } = ruleFor(pool);
  const [chosen, ...others] = pool.toSorted(
    (a, b) => score(b) - score(a) || cpuOf(a) - cpuOf(b) || storedOf(a) - storedOf(b),
  ) as [Judged, ...Judged[]];
  const ties = others.some((other) => score(other) === score(chosen) && cpuOf(other) === cpuOf(chosen));
  return {
    chosen,
    rule: ties ? `${rule}, and of equals the fewest spans stored` : rule,
    unproven: chosen.standings.filter(({ state }) => state === "unproven"),
    rivals: pool.filter((other) => runsAnother(other, chosen) && overlaps(other, chosen)),
  };
}

function isHeld({ state }: Standing): boolean {
  return state === "met" || state === "unproven";
}

const cpuOf = ({ candidate }: Judged): number => candidate.figures.cpuRatio?.center ?? Infinity;
const storedOf = ({ candidate }: Judged): number => candidate.figures.spansPerRequest?.center ?? 0;
const keptShare = ({ candidate }: Judged): number => keptOf(candidate)?.center ?? 0;
/** Below this, costs are told apart by nothing. */
const LEAST_CPU = 0.001;

/** A demand on what is kept asks for the cheapest; limits on cost alone ask for the one that keeps most. */
function ruleFor(pool: readonly Judged[]): { readonly rule: string; readonly score: (one: Judged) => number } {
  const given = new Set(pool[0]!.standings.map(({ name }) => name));
  if (given.has("minErrors")) {
    return { rule: "the least CPU of those that meet every constraint", score: (one) => -cpuOf(one) };
  }
  if (given.size > 0) {
    // what is lost is not kept: a trace that lacks a span counts as none
    return { rule: "it keeps the most of those that meet every constraint", score: keptShare };
  }
  return {
    rule: "no constraint was given: it keeps the most for each percent of CPU it costs",
    score: (one) => keptShare(one) / Math.max(LEAST_CPU, cpuOf(one) - 1),
  };
}

/** Two of which services run the same have one figure of CPU between them. */
function runsAnother(one: Judged, other: Judged): boolean {
  return one.candidate.inService?.id !== other.candidate.inService?.id;
}

/** Whether the CPU of two is not told apart by their intervals. */
function overlaps(one: Judged, other: Judged): boolean {
  const [a, b] = [one.candidate.figures.cpuRatio, other.candidate.figures.cpuRatio];
  if (a?.low === undefined || a.high === undefined || b?.low === undefined || b.high === undefined) return true;
  return a.low <= b.high && b.low <= a.high;
}

function impossibilityOf(judged: readonly Judged[]): Choice {
  const names = judged[0]?.standings.map(({ name, limit }) => ({ name, limit })) ?? [];
  const impossible = names.map(({ name, limit }): Impossible => {
    const own = judged.flatMap((one) => {
      const standing = one.standings.find((standing) => standing.name === name)!;
      return standing.state === "unknown" ? [] : [{ one, standing }];
    });
    const [best] = own.toSorted(
      (a, b) => shortfall([a.standing]) - shortfall([b.standing]) || missesOf(a.one) - missesOf(b.one),
    );
    const holders = own.filter(({ standing }) => isHeld(standing)).map(({ one }) => one);
    const clashes = holders.flatMap(({ standings }) => standings.filter((standing) => !isHeld(standing)));
    return {
      name,
      limit,
      best: best?.one,
      standing: best?.standing,
      clashesWith: [...new Set(clashes.map((clash) => clash.name))],
    };
  });
  const [nearest] = judged.toSorted(
    (a, b) => missesOf(a) - missesOf(b) || shortfall(a.standings) - shortfall(b.standings),
  );
  return { chosen: undefined, impossible, nearest };
}

function missesOf({ standings }: Judged): number {
  return standings.filter((standing) => !isHeld(standing)).length;
}

/** How far beyond their limits figures are, relative to the limits, so that they can be added up. */
function shortfall(standings: readonly Standing[]): number {
  return standings.reduce((sum, { by = 0, limit }) => sum + by / Math.max(Math.abs(limit), 1e-9), 0);
}
