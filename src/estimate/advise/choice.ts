/**
 * Which variant to recommend among those within the limits. A difference counts only if it is shown: intervals of shares
 * do not overlap, or that of a paired contrast of CPU does not hold 0.
 */
import type { Candidate } from "./candidate.ts";
import { isUnsteady } from "../changes/unsteady.ts";
import { isUpperBound } from "../fidelity/warnings.ts";
import { isByCollector } from "./deployment.ts";
import type { Figure } from "./figures.ts";

/** In the order in which they count. */
const CRITERIA = ["failedKept", "slowKept", "tracesKept", "cpuUs", "lostAtCapacity"] as const;
export type Criterion = (typeof CRITERIA)[number];

/** The first criterion on which others are shown to be better. */
export interface Beaten {
  readonly on: Criterion;
  readonly by: readonly Candidate[];
}

interface Choice {
  readonly best: Candidate | undefined;
  /** One that is not here is not distinguished from the best. */
  readonly beaten: ReadonlyMap<Candidate, Beaten>;
}

/** CPU of the first beyond the second, µs, paired by round; undefined if the two run the same, or were not compared. */
export type CostBeyond = (one: Candidate, other: Candidate) => Figure | undefined;

/** Criterion by criterion, those that no other is shown to beat; of several in the end, OpenTelemetry's defaults or the lower figure of CPU. */
export function choose(within: readonly Candidate[], costBeyond: CostBeyond): Choice {
  const beaten = new Map<Candidate, Beaten>();
  let left = within;
  for (const on of CRITERIA) {
    const better = left.map((one) => ({ one, by: left.filter((other) => isBetter(on, other, one, costBeyond)) }));
    const best = better.filter(({ by }) => by.length === 0);
    // contrasts of different rounds may form a circle
    if (best.length === 0) continue;
    for (const { one, by } of better) if (by.length > 0) beaten.set(one, { on, by });
    left = best.map(({ one }) => one);
  }
  const [best] = left.toSorted(
    (a, b) =>
      Number(isUsual(b)) - Number(isUsual(a)) || (a.figures.cpuUs?.center ?? 0) - (b.figures.cpuUs?.center ?? 0),
  );
  return { best, beaten };
}

/** Whether all but the sampler is OpenTelemetry's default: its name has nothing else. */
export function isUsual({ variant: { id, sampler } }: Candidate): boolean {
  return id === sampler.text;
}

function isBetter(on: Criterion, one: Candidate, other: Candidate, costBeyond: CostBeyond): boolean {
  if (on === "cpuUs") {
    const beyond = costBeyond(one, other);
    return beyond?.high !== undefined && beyond.high < 0 && !isUnsteady(beyond);
  }
  const [own, others] = [rangeOf(one, on), rangeOf(other, on)];
  return on === "lostAtCapacity" ? own.high < others.low : own.low > others.high;
}

/** Without an interval: the share that the sampler was asked to keep, or any. An upper bound proves no least share. */
function rangeOf({ figures, variant, records }: Candidate, on: Exclude<Criterion, "cpuUs">) {
  const figure = figures[on];
  const isBound = figure !== undefined && isUpperBound(figure);
  const asked =
    on === "tracesKept" && !isByCollector(variant)
      ? records.find(({ fidelity }) => fidelity?.asked !== undefined)?.fidelity?.asked
      : undefined;
  const { low = asked ?? 0, high = asked ?? 1 } = figure ?? {};
  return { low: isBound ? 0 : low, high };
}
