import type { Results } from "../../record/results.ts";
import { axisText, type Variant } from "../../plan/variant.ts";
import type { Estimate } from "../estimate.ts";
import { adviseCollector, type CollectorAdvice, type CollectorQueue } from "./collector.ts";
import { candidatesOf, type Candidate, type Policies } from "./candidate.ts";
import { choose, type CostBeyond, type Criterion } from "./choice.ts";
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
  readonly chosen: Assessed | undefined;
  /** Variants that would be chosen instead, if only their open limits were settled, and on what they are better. */
  readonly betterButOpen: readonly { readonly open: Assessed; readonly on: Criterion }[];
  /** Of the choice; undefined if it has no queue, or its exports were not measured. */
  readonly queue: QueueAdvice | undefined;
  /** Of the Collector beside the choice; undefined if none was measured. */
  readonly collector: CollectorAdvice | undefined;
}

/** What configurations of Collectors say, which results do not hold. */
export interface CollectorFiles extends Policies {
  /** Undefined: unknown. */
  readonly queueOf: (variant: Variant) => CollectorQueue | undefined;
}

/** The variant to recommend for production, and what it rests on. Pure. */
export function adviseOn(
  results: Pick<Results, "plan" | "records" | "scenario">,
  estimates: readonly Estimate[],
  wishes: Wishes,
  files?: CollectorFiles,
): Advice {
  const { limits, traffic } = wishes;
  const costPhase = traffic && nearestCostPhase(results, estimates, traffic);
  const alone = candidatesOf(results, estimates, costPhase, files).map((measured): Assessed => {
    const candidate = traffic === undefined ? measured : atTraffic(measured, traffic);
    const projection = traffic && project(candidate, traffic);
    return { candidate, projection, standings: standingsOf(candidate, projection, limits) };
  });
  const candidates = alone.map(({ candidate }) => candidate);
  const costBeyond: CostBeyond = (one, other) => contrastOf(one, other, estimates);
  const within = alone.filter(isWithinLimits).map(({ candidate }) => candidate);
  const { best, beaten } = choose(within, costBeyond);
  const assessed = alone.map((one) => ({
    ...one,
    beyondChoice: best && costBeyond(one.candidate, best),
    beaten: beaten.get(one.candidate),
  }));
  const chosen = assessed.find(({ candidate }) => candidate === best);
  const { outageMs, ...ofExport } = wishes.queue;
  const collector =
    chosen && adviseCollector(chosen.candidate, { traffic, outageMs, queue: files?.queueOf(chosen.candidate.variant) });
  return {
    wishes,
    assessed,
    chosen,
    betterButOpen: assessed.filter(isOpen).flatMap((open) => {
      const on = best && choose([best, open.candidate], costBeyond).beaten.get(best)?.on;
      return on === undefined ? [] : [{ open, on }];
    }),
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

function isOpen({ candidate, standings }: Assessed): boolean {
  return (
    candidate.lack === undefined &&
    !standings.some(({ state }) => state === "missed") &&
    standings.some(({ state }) => state !== "met")
  );
}

/**
 * The contrast of what services run under the two, turned so that more is dearer, with the verdict of its ratio. On another
 * Node a service itself costs another amount.
 */
function contrastOf(
  { service: one, costPhase }: Candidate,
  { service: other }: Candidate,
  estimates: readonly Estimate[],
): Figure | undefined {
  if (one === undefined || other === undefined || one.id === other.id) return undefined;
  if (axisText(one, "node") !== axisText(other, "node")) return undefined;
  const contrast = (variant: string, against: string): Figure | undefined => {
    const same = estimates.filter(
      (each) =>
        each.phase === costPhase &&
        each.metric === "cpuUsPerRequest" &&
        each.variant === variant &&
        each.against === against,
    );
    const [difference, ratio] = ["us/request", "ratio"].map((unit) => same.find((each) => each.unit === unit));
    return difference && { ...difference, ...(ratio?.verdict && { verdict: ratio.verdict }) };
  };
  const reverse = contrast(other.id, one.id);
  return contrast(one.id, other.id) ?? (reverse && negated(reverse));
}
