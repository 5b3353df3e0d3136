import type { Change, HistorySeries } from "../../estimate/history.ts";
import { changeText, figureText, percentText, plain, shareText } from "../format.ts";

/** The figures that a history follows: what they are called. Of a service all of them against none but the losses. */
export const METRICS: Readonly<Record<string, { readonly title: string; readonly axis: string }>> = {
  cpuUsPerRequest: { title: "CPU per request", axis: "% against none" },
  responseTimeP99Ms: { title: "p99 response time", axis: "% against none" },
  requestsPerSecond: { title: "throughput", axis: "% against none" },
  cpuNsPerOp: { title: "CPU per operation", axis: "ns" },
  spansLostShare: { title: "spans lost", axis: "% of the sampled" },
};

/** From the mean before to the mean after: `+50.1 % → +60.2 % against none`, shares, or `210 → 236 ns`. */
export function changeOf({ unit }: Pick<HistorySeries, "unit">, { before, after }: Change): string {
  if (unit === "ratio") return `${plainChange(before)} → ${plainChange(after)} against none`;
  return unit === "share"
    ? `${percentText(before)} → ${percentText(after)}`
    : `${plain(before)} → ${plain(after)} ${unit}`;
}

function plainChange(ratio: number): string {
  return changeText({ center: ratio, low: ratio, high: ratio }).replace(/ \[.*\]$/, "");
}

/** A figure of one run, with its interval. */
export function pointText(
  { unit }: Pick<HistorySeries, "unit">,
  estimate: HistorySeries["points"][number]["estimate"],
): string {
  if (unit === "ratio") return changeText(estimate);
  return unit === "share" ? shareText(estimate) : figureText(estimate);
}

/** All series but those of losses where there never was one: they are told in a note. */
export function withoutLossless(series: readonly HistorySeries[]): HistorySeries[] {
  return series.filter(
    ({ metric, points }) => metric !== "spansLostShare" || points.some(({ estimate }) => estimate.center > 0),
  );
}
