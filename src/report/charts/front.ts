import { METRIC } from "../metrics.ts";
import type { Chart, FrontChart } from "../report.ts";
import type { Run } from "../run.ts";

type Point = Omit<FrontChart["points"][number], "onFront">;

/** Cost against what is kept: CPU against no tracing on x; on y failed requests kept, or all traces if none failed. */
export function frontChart(run: Run): Chart[] {
  const views = [
    { metric: METRIC.errorRecall, yAxis: "failed requests kept, %" },
    { metric: METRIC.keptTraces, yAxis: "traces kept, %" },
  ].map(({ metric, yAxis }) => ({ yAxis, points: pointsOf(run, metric) }));
  const view = views.find(({ points }) => points.length > 0);
  if (view === undefined) return [];
  const { yAxis, points } = view;
  return [
    {
      kind: "front",
      id: "front",
      title: "Cost against what is kept",
      about:
        "Up and left is better. The line joins the Pareto front: no other variant is as good on both and better on one.",
      xAxis: "CPU per request, % against no tracing",
      yAxis,
      points: points.map((point) =>
        Object.assign({}, point, { onFront: !points.some((other) => beats(other, point)) }),
      ),
    },
  ];
}

function pointsOf(run: Run, metric: string): Point[] {
  return run.variants.flatMap(({ id, label }): Point[] => {
    const cost = run.compare("baseline", "cost", id, METRIC.cpu).ratio;
    const kept = run.findKept(id, metric);
    if (cost === undefined || kept === undefined) return [];
    const percent = (ratio: number): number => (ratio - 1) * 100;
    return [
      {
        variant: id,
        label,
        x: percent(cost.center),
        y: kept.center * 100,
        ...(cost.low !== undefined &&
          cost.high !== undefined && { xRange: [percent(cost.low), percent(cost.high)] as const }),
        ...(kept.low !== undefined &&
          kept.high !== undefined && { yRange: [kept.low * 100, kept.high * 100] as const }),
      },
    ];
  });
}

/** At least as good on both, better on one. */
function beats(one: Point, other: Point): boolean {
  return one.x <= other.x && one.y >= other.y && (one.x < other.x || one.y > other.y);
}
