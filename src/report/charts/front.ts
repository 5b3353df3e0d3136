import { changeText, shareText } from "../format.ts";
import { keptFigure } from "../kept.ts";
import { METRIC } from "../metrics.ts";
import type { Chart, FrontView } from "../report.ts";
import type { Run } from "../run.ts";

type Point = FrontView["points"][number];

/** Cost against what is kept: CPU against `none` on x, a recall on y. */
export function frontChart(run: Run): Chart[] {
  const views = [
    view(run, METRIC.errorRecall, "failed requests kept"),
    view(run, METRIC.tailRecall, "slowest 1 % kept"),
    view(run, METRIC.keptTraces, "all traces kept"),
  ].flat();
  if (views.length === 0) return [];
  const about = "Up and left is better. The line joins the variants that no other beats on both.";
  return [{ kind: "front", id: "front", title: "Cost against what is kept", about, views }];
}

function view(run: Run, metric: string, label: string): FrontView[] {
  const points = run.variants.flatMap((variant): Omit<Point, "onFront">[] => {
    const cost = run.againstNone("cost", variant.name, METRIC.cpu);
    const kept = keptFigure(run, variant, metric);
    if (cost === undefined || kept === undefined) return [];
    const text = `${changeText(cost)} CPU, ${shareText(kept)} ${label}`;
    return [
      {
        label: variant.label,
        x: (cost.center - 1) * 100,
        y: kept.center * 100,
        ...(cost.low !== undefined && cost.high !== undefined
          ? { xRange: [(cost.low - 1) * 100, (cost.high - 1) * 100] as const }
          : {}),
        ...(kept.low !== undefined && kept.high !== undefined
          ? { yRange: [kept.low * 100, kept.high * 100] as const }
          : {}),
        text,
      },
    ];
  });
  if (points.length < 2) return [];
  const onFront = (point: (typeof points)[number]): boolean => !points.some((other) => beats(other, point));
  return [
    {
      label,
      xAxis: "CPU per request, % against none",
      yAxis: `${label}, %`,
      points: points.map((point) => Object.assign({}, point, { onFront: onFront(point) })),
    },
  ];
}

/** At least as good on both, better on one. */
function beats(one: { x: number; y: number }, other: { x: number; y: number }): boolean {
  return one.x <= other.x && one.y >= other.y && (one.x < other.x || one.y > other.y);
}
