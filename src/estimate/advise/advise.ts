import type { Results } from "../../record/results.ts";
import type { Estimate } from "../estimate.ts";
import { compareByObjective, paretoFront } from "../pareto-front.ts";
import { candidatesOf, criteriaOf, type Candidate } from "./candidate.ts";
import { standingsOf, type Assessed, type Limits } from "./limits.ts";
import { adviseQueue, type QueueAdvice, type QueueWish } from "./queue.ts";
import { atTraffic, project, type Traffic } from "./traffic.ts";

/** What the user wants to know. */
export interface Wishes {
  readonly limits: Limits;
  readonly traffic?: Traffic;
  readonly queue: QueueWish;
}

export interface Advice {
  readonly wishes: Wishes;
  /** All traced variants, in the order of the plan. */
  readonly assessed: readonly Assessed[];
  readonly front: ReadonlySet<Candidate>;
  readonly chosen: Assessed | undefined;
  /** Variants within the limits that cost less CPU, and keep no less than the choice by the intervals. */
  readonly alternatives: readonly Assessed[];
  /** Of the choice; undefined if it has no queue, or its exports were not measured. */
  readonly queue: QueueAdvice | undefined;
}

/** The variant to recommend for production, and what it rests on. Pure. */
export function adviseOn(
  results: Pick<Results, "plan" | "records" | "scenario">,
  estimates: readonly Estimate[],
  wishes: Wishes,
): Advice {
  const { limits, traffic } = wishes;
  const assessed = candidatesOf(results, estimates).map((measured): Assessed => {
    const candidate = traffic === undefined ? measured : atTraffic(measured, traffic);
    const projection = traffic && project(candidate, traffic);
    return { candidate, projection, standings: standingsOf(candidate, projection, limits) };
  });
  const candidates = assessed.map(({ candidate }) => candidate);
  const within = assessed.filter(isWithinLimits);
  const chosen = choose(within);
  return {
    wishes,
    assessed,
    front: paretoFront(candidates, criteriaOf),
    chosen,
    alternatives: chosen === undefined ? [] : within.filter((other) => isAsGood(other.candidate, chosen.candidate)),
    // each process has a queue of its own, and a ledger is their sum
    queue:
      chosen && processesOf(results) === 1
        ? adviseQueue(chosen.candidate, wishes.queue, traffic, candidates)
        : undefined,
  };
}

/** Of how many processes the target consists. */
export function processesOf({ scenario: { target } }: Pick<Results, "scenario">): number {
  return target.kind.services(target.config).length;
}

/** Whether every limit is proved to be met by a variant that lacks nothing. */
export function isWithinLimits({ candidate, standings }: Assessed): boolean {
  return candidate.lack === undefined && standings.every(({ state }) => state === "met");
}

/** The best by the objective. It is on the front of those within the limits, and of all if there are no limits. */
function choose(within: readonly Assessed[]): Assessed | undefined {
  return within.toSorted((a, b) => compareByObjective(criteriaOf(a.candidate)!, criteriaOf(b.candidate)!))[0];
}

function isAsGood({ figures, service }: Candidate, chosen: Candidate): boolean {
  if (service?.id === chosen.service?.id) return false;
  if ((figures.cpuUs?.center ?? Infinity) >= (chosen.figures.cpuUs?.center ?? 0)) return false;
  return (["failedKept", "slowKept", "tracesKept"] as const).every((name) => {
    const [own, other] = [figures[name], chosen.figures[name]];
    if (own === undefined || other === undefined) return own === other;
    return (own.high ?? Infinity) >= (other.low ?? -Infinity);
  });
}
