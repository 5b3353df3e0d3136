import type { Results } from "../../record/results.ts";
import type { Variant } from "../../plan/variant.ts";
import type { Estimate } from "../estimate.ts";
import { compareByObjective } from "../pareto-front.ts";
import { adviseCollector, type CollectorAdvice, type CollectorQueue } from "./collector.ts";
import { candidateFront, candidatesOf, criteriaOf, type Candidate, type PolicyOf } from "./candidate.ts";
import { negated, type Figure } from "./figures.ts";
import { standingsOf, type Assessed, type Limits } from "./limits.ts";
import { adviseQueue, type QueueAdvice, type QueueWish } from "./queue.ts";
import { atTraffic, nearestCostPhase, project, type Traffic } from "./traffic.ts";

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
  /** Variants within the limits that cost less CPU by a paired contrast, and keep no less than the choice by the intervals. */
  readonly alternatives: readonly Assessed[];
  /** Of the choice; undefined if it has no queue, or its exports were not measured. */
  readonly queue: QueueAdvice | undefined;
  /** Of the Collector beside the choice; undefined if none was measured. */
  readonly collector: CollectorAdvice | undefined;
}

/** What configurations of Collectors say, which results do not hold. */
export interface CollectorFiles {
  /** Undefined: unknown. */
  readonly queueOf: (variant: Variant) => CollectorQueue | undefined;
  readonly policyOf: PolicyOf;
}

const UNREAD: CollectorFiles = { queueOf: () => undefined, policyOf: () => undefined };

/** The variant to recommend for production, and what it rests on. Pure. */
export function adviseOn(
  results: Pick<Results, "plan" | "records" | "scenario">,
  estimates: readonly Estimate[],
  wishes: Wishes,
  { queueOf, policyOf }: CollectorFiles = UNREAD,
): Advice {
  const { limits, traffic } = wishes;
  const costPhase = traffic && nearestCostPhase(results, estimates, traffic);
  const alone = candidatesOf(results, estimates, costPhase, policyOf).map((measured): Assessed => {
    const candidate = traffic === undefined ? measured : atTraffic(measured, traffic);
    const projection = traffic && project(candidate, traffic);
    return { candidate, projection, standings: standingsOf(candidate, projection, limits) };
  });
  const candidates = alone.map(({ candidate }) => candidate);
  const best = choose(alone.filter(isWithinLimits));
  const assessed = alone.map((one) => ({
    ...one,
    beyondChoice: best && costBeyond(one.candidate, best.candidate, estimates),
  }));
  const chosen = assessed.find(({ candidate }) => candidate === best?.candidate);
  const { outageMs, ...ofExport } = wishes.queue;
  const collector =
    chosen && adviseCollector(chosen.candidate, { traffic, outageMs, queue: queueOf(chosen.candidate.variant) });
  return {
    wishes,
    assessed,
    front: candidateFront(candidates),
    chosen,
    alternatives:
      chosen === undefined ? [] : assessed.filter((other) => isWithinLimits(other) && isAsGood(other, chosen)),
    // each process has a queue of its own, and a ledger is their sum
    queue:
      chosen && processesOf(results) === 1
        ? // the backend is away from a Collector, which takes the spans of the services all the same
          adviseQueue(chosen.candidate, collector === undefined ? wishes.queue : ofExport, traffic, candidates)
        : undefined,
    collector,
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

/** Variants that are better than the choice, if only their open limits were settled. */
export function betterButOpen({ assessed, chosen }: Advice): Assessed[] {
  if (chosen === undefined) return [];
  const best = criteriaOf(chosen.candidate)!;
  return assessed.filter(({ candidate, standings }) => {
    const criteria = criteriaOf(candidate);
    const isOpen = !standings.some(({ state }) => state === "missed") && standings.some(({ state }) => state !== "met");
    return criteria !== undefined && isOpen && compareByObjective(criteria, best) < 0;
  });
}

/** The best by the objective. It is on the front of those within the limits, and of all if there are no limits. */
function choose(within: readonly Assessed[]): Assessed | undefined {
  return within.toSorted((a, b) => compareByObjective(criteriaOf(a.candidate)!, criteriaOf(b.candidate)!))[0];
}

/** The contrast of what services run under the two, turned so that more is dearer. */
function costBeyond(
  { service: one, costPhase }: Candidate,
  { service: best }: Candidate,
  estimates: readonly Estimate[],
): Figure | undefined {
  if (one === undefined || best === undefined || one.id === best.id) return undefined;
  const contrast = (variant: string, against: string): Figure | undefined =>
    estimates.find(
      (each) =>
        each.phase === costPhase && each.unit === "us/request" && each.variant === variant && each.against === against,
    );
  const reverse = contrast(best.id, one.id);
  return contrast(one.id, best.id) ?? (reverse && negated(reverse));
}

function isAsGood(
  { candidate: { figures, service }, beyondChoice }: Assessed,
  { candidate: chosen }: Assessed,
): boolean {
  if (service?.id === chosen.service?.id) return false;
  if (beyondChoice === undefined || (beyondChoice.high ?? 0) >= 0) return false;
  return (["failedKept", "slowKept", "tracesKept"] as const).every((name) => {
    const [own, other] = [figures[name], chosen.figures[name]];
    if (own === undefined || other === undefined) return own === other;
    // without intervals nothing shows that the two do not differ
    return (own.high ?? own.center) >= (other.low ?? other.center);
  });
}
