import { candidatesOf, criteriaOf } from "../../estimate/advise/candidate.ts";
import { paretoFront } from "../../estimate/pareto-front.ts";
import { rangeOf, type Chart } from "../report.ts";
import type { Run } from "../run.ts";

/** Cost against what is kept: CPU added on x; on y failed requests kept, or all traces if none failed. The front is that of `advise`. */
export function frontChart({ results, estimates, labelOf }: Run): Chart[] {
  const candidates = candidatesOf(results, estimates);
  const front = paretoFront(candidates, criteriaOf);
  const seriesOf = (name: "failedKept" | "tracesKept"): Chart["series"] =>
    candidates.flatMap((candidate) => {
      const { cpuUs, [name]: kept } = candidate.figures;
      if (cpuUs === undefined || kept === undefined) return [];
      const percent = (share: number): number => share * 100;
      const point = {
        x: cpuUs.center,
        y: percent(kept.center),
        xRange: rangeOf(cpuUs),
        yRange: rangeOf(kept, percent),
      };
      const { id } = candidate.variant;
      return [{ variant: id, label: labelOf(id), isHollow: !front.has(candidate), points: [point] }];
    });
  const views = [
    { yAxis: "failed requests kept, %", series: seriesOf("failedKept") },
    { yAxis: "traces kept, %", series: seriesOf("tracesKept") },
  ];
  return views
    .filter(({ series }) => series.length > 0)
    .slice(0, 1)
    .map((view) => ({
      kind: "front",
      id: "front",
      title: "Cost against what is kept",
      about:
        "Up and left is better. Filled: on the Pareto front, because no other variant is at least as good in CPU, spans stored, and failed, slow and all traces kept, and better in one.",
      xAxis: "CPU added, µs per request",
      ...view,
    }));
}
