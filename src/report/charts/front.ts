import { candidatesOf, criteriaOf, type Candidate } from "../../estimate/advise/candidate.ts";
import type { Figures } from "../../estimate/advise/figures.ts";
import { paretoFront } from "../../estimate/pareto-front.ts";
import type { Chart, FrontChart } from "../report.ts";
import type { Run } from "../run.ts";

type Point = Omit<FrontChart["points"][number], "onFront">;
type Kept = "failedKept" | "tracesKept";

/** Cost against what is kept: CPU added on x; on y failed requests kept, or all traces if none failed. The front is that of `advise`. */
export function frontChart({ results, estimates, labelOf }: Run): Chart[] {
  const candidates = candidatesOf(results, estimates);
  const front = new Set([...paretoFront(candidates, criteriaOf)].map(({ variant }) => variant.id));
  const pointsOf = (kept: Kept): Point[] => candidates.flatMap((candidate) => pointOf(candidate, kept, labelOf));
  const views = [
    { yAxis: "failed requests kept, %", points: pointsOf("failedKept") },
    { yAxis: "traces kept, %", points: pointsOf("tracesKept") },
  ];
  const view = views.find(({ points }) => points.length > 0);
  if (view === undefined) return [];
  return [
    {
      kind: "front",
      id: "front",
      title: "Cost against what is kept",
      about:
        "Up and left is better. Filled: on the Pareto front, because no other variant is at least as good in CPU, spans stored, and failed, slow and all traces kept, and better in one.",
      xAxis: "CPU added, µs per request",
      yAxis: view.yAxis,
      points: view.points.map((point) => ({ ...point, onFront: front.has(point.variant) })),
    },
  ];
}

function pointOf({ variant, figures }: Candidate, name: Kept, labelOf: Run["labelOf"]): Point[] {
  const { cpuUs } = figures;
  const kept = figures[name];
  if (cpuUs === undefined || kept === undefined) return [];
  const [xRange, yRange] = [rangeOf(cpuUs, 1), rangeOf(kept, 100)];
  return [
    {
      variant: variant.id,
      label: labelOf(variant.id),
      x: cpuUs.center,
      y: kept.center * 100,
      ...(xRange && { xRange }),
      ...(yRange && { yRange }),
    },
  ];
}

function rangeOf({ low, high }: NonNullable<Figures["cpuUs"]>, scale: number): readonly [number, number] | undefined {
  return low === undefined || high === undefined ? undefined : [low * scale, high * scale];
}
