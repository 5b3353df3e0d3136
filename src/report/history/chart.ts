import type { HistorySeries } from "../../estimate/history.ts";
import type { Chart, TrendView } from "../report.ts";
import type { HistoryInput } from "./history.ts";
import { changeOf, METRICS, pointText, withoutLossless } from "./words.ts";

/** Every followed figure over the runs; the reader switches between them. */
export function trendChart({ runs, series }: HistoryInput): Chart[] {
  const moments = runs.map(({ environment }) => environment.startedAt);
  const labels = runs.map(
    ({ environment: { commit, startedAt } }) => `${commit.slice(0, 7)} ${startedAt.slice(0, 10)}`,
  );
  const groups = [...Map.groupBy(withoutLossless(series), ({ phase, metric }) => `${phase}-${metric}`).values()];
  const views = groups.map((own): TrendView => {
    const { phase, metric } = own[0]!;
    return {
      label: `${METRICS[metric]?.title ?? metric}, ${phase} phase`,
      yAxis: METRICS[metric]?.axis ?? "",
      runs: labels,
      lines: own.map((one) => lineOf(one, moments)),
    };
  });
  if (views.length === 0) return [];
  const about = "Each line is a variant; a ring marks the first run after a lasting change.";
  return [{ kind: "trend", id: "trend", title: "Over the runs", about, views }];
}

function lineOf(series: HistorySeries, moments: readonly string[]): TrendView["lines"][number] {
  const { variant, points, changes, unit } = series;
  const height = (value: number): number => (unit === "ns" ? value : (unit === "ratio" ? value - 1 : value) * 100);
  const runOf = (index: number): number => moments.indexOf(points[index]!.startedAt);
  return {
    label: variant,
    points: points.map(({ estimate }, index) => ({
      run: runOf(index),
      y: height(estimate.center),
      ...(estimate.low !== undefined &&
        estimate.high !== undefined && { yRange: [height(estimate.low), height(estimate.high)] as const }),
      text: pointText(series, estimate),
    })),
    changes: changes.map((change) => ({
      run: runOf(change.index),
      y: height(points[change.index]!.estimate.center),
      text: changeOf(series, change),
    })),
  };
}
