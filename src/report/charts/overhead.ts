import type { Estimate } from "../../estimate/estimate.ts";
import type { Phase } from "../../plan/trial.ts";
import { changeText } from "../format.ts";
import { METRIC } from "../metrics.ts";
import type { Chart, IntervalView } from "../report.ts";
import type { Run } from "../run.ts";

/** Change against `none` in percent, with intervals. */
export function overheadChart(run: Run): Chart[] {
  const views = [
    view(run, "cost", METRIC.cpu, "CPU per request"),
    view(run, "latency", METRIC.p50, "p50 latency"),
    view(run, "latency", METRIC.p99, "p99 latency"),
    view(run, "capacity", METRIC.throughput, "throughput"),
  ].flat();
  if (views.length === 0) return [];
  const about =
    "Change against no tracing. The dot is the estimate, the bar its interval over rounds; a hollow dot has none.";
  return [{ kind: "intervals", id: "overhead", title: "Overhead", about, views }];
}

function view(run: Run, phase: Phase, metric: string, label: string): IntervalView[] {
  const percent = (ratio: number): number => (ratio - 1) * 100;
  const points = run.variants.flatMap((variant) => {
    const ratio = run.againstNone(phase, variant.name, metric);
    if (ratio === undefined) return [];
    const { center, low, high } = ratio;
    const range = low === undefined || high === undefined ? {} : { low: percent(low), high: percent(high) };
    return [
      { label: variant.label, center: percent(center), ...range, text: changeText(ratio) + roundsOf(run, ratio) },
    ];
  });
  return points.length === 0 ? [] : [{ label, axis: `${label}, % against none`, points }];
}

/** Where the change is of other rounds than the absolute figures of the tables. */
function roundsOf(run: Run, { phase, variant, metric, n }: Estimate): string {
  return run.find(phase, variant, metric)?.n === n ? "" : `, of ${n} rounds that both have`;
}
