import { formatDuration } from "../../base/units.ts";
import type { CollectorAdvice, CollectorOutage, Need } from "../../estimate/advise/collector.ts";
import type { Assessed } from "../../estimate/advise/limits.ts";
import { isByCollector } from "../../estimate/advise/deployment.ts";
import { MIN_ROUNDS } from "../../estimate/verdict.ts";
import { countText, figureText, plain } from "../format.ts";

/** What the Collector beside the choice needs, a line each. */
export function collectorLines(advice: CollectorAdvice, text: string): (readonly [string, string | undefined])[] {
  const { requestsPerSecond, cores, memoryBytes, outage } = advice;
  const needs = [needText(cores, "cores", 1, advice), needText(memoryBytes, "MB of memory", 1e-6, advice)].join("; ");
  return [
    ["Collector", text],
    ["Collector's needs", `one at ${plain(requestsPerSecond)} requests/s: ${needs}`],
    ["Collector's queue", outage && outageText(outage)],
  ];
}

function needText(need: Need, unit: string, scale: number, { factor, measuredPerSecond }: CollectorAdvice): string {
  if (need.state === "unknown") return `${unit} unknown`;
  if (need.state === "settled") return `${figureText(need.figure, scale)} ${unit}`;
  const because =
    need.because === "traffic"
      ? `measured at ${plain(measuredPerSecond)} requests/s, and this is ${plain(factor)} times that (the first --cost-rate sets it)`
      : `fewer than ${MIN_ROUNDS} rounds are valid (measure again with more --rounds)`;
  return `${unit} not settled, ${because}`;
}

function outageText({ outageMs, spans, holds, isOnDisk, verdict }: CollectorOutage): string {
  const where = isOnDisk ? "on disk" : "in memory";
  const load =
    spans === undefined ? "" : `up to ${countText(spans)} spans wait for an outage of ${formatDuration(outageMs)}; `;
  const room = holds === undefined ? "" : `it holds about ${countText(holds)} ${where}: `;
  return `${load}${room}${(isOnDisk ? ON_DISK : IN_MEMORY)[verdict]}`;
}

const UNKNOWN = "unknown if it bears that: the run does not say what it holds";
const IN_MEMORY: Readonly<Record<CollectorOutage["verdict"], string>> = {
  enough:
    "no persistent queue is needed, unless the Collector itself may end meanwhile. Its memory grows by these spans, which was not measured",
  "too small": "a persistent queue is needed",
  "given up": "a persistent queue with longer retries is needed, because its retries may end before",
  unknown: UNKNOWN,
};
const ON_DISK: typeof IN_MEMORY = {
  enough: "it is long enough",
  "too small": "a longer one is needed",
  "given up": "longer retries are needed, because they may end before",
  unknown: UNKNOWN,
};

/** What is unknown without a Collector in the run. */
export function noCollectorCaveat({ candidate: { variant, byCollector, figures } }: Assessed): string {
  if (byCollector !== undefined && figures.collectorCpuUs !== undefined)
    return `A Collector of the same policies was measured as ${byCollector.id}: it takes ${figureText(figures.collectorCpuUs)} µs CPU for a request. Its memory, and the outages that its queue bears, depend on its other settings.`;
  const options = isByCollector(variant) ? "--sampler always_on --collector tail-sampling" : "--collector batch";
  return `No Collector was measured with this variant. Its cores, its memory, and the outages that its queue bears are unknown: ${options} measures one.`;
}
