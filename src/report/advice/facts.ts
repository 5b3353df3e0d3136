import type { Advice } from "../../estimate/advise/advise.ts";
import type { Candidate } from "../../estimate/advise/candidate.ts";
import type { Figure, Figures } from "../../estimate/advise/figures.ts";
import { hasCollector, isByCollector } from "../../estimate/advise/deployment.ts";
import type { QueueAdvice } from "../../estimate/advise/queue.ts";
import type { Projection } from "../../estimate/advise/traffic.ts";
import type { Phase } from "../../spec/phases.ts";
import { changeText, countText, figureText, plain, reasonText, shareOfText } from "../format.ts";
import type { Fact } from "../report.ts";
import { formatDuration } from "../../base/units.ts";
import type { CollectorAdvice, CollectorOutage, Need } from "../../estimate/advise/collector.ts";
import { MIN_ROUNDS } from "../../estimate/verdict.ts";

/** The recommended settings and their cost, a line each. */
export function factsOf({ chosen, wishes: { traffic }, queue, collector }: Advice): Fact[] {
  if (chosen === undefined) return [];
  const { candidate, projection } = chosen;
  const { sampler, processor, exporter, instrumentation, otel, node } = candidate.variant;
  const services = isByCollector(candidate.variant) ? " in a Collector, always_on in the services" : "";
  const atTraffic =
    traffic &&
    `at ${plain(traffic.requestsPerSecond)} requests/s on ${traffic.instances} ${traffic.instances === 1 ? "process" : "processes"}`;
  const lines: readonly (readonly [string | undefined, string | undefined])[] = [
    ["sampler", sampler.text + services],
    ["processor", processor?.text],
    ["exporter", exporter?.text],
    ["instrumentations", instrumentation?.text],
    ["OpenTelemetry", otel],
    ["Node", node],
    ...costLines(candidate),
    ["keeps", keptText(candidate.figures)],
    [atTraffic, projection && projectionText(projection)],
    ["queue", queue && queueText(queue)],
    ["load on the queue", queue && loadText(queue)],
    ...(collector === undefined ? [] : collectorLines(collector, candidate.variant.collector!.text)),
  ];
  return lines.flatMap(([label, value]) =>
    label === undefined || value === undefined || value === "" ? [] : [{ label, value }],
  );
}

/** Absolute cost leads, because a percentage holds at one load only. */
function costLines({ variant, figures, rates, costPhase }: Candidate): [string, string | undefined][] {
  const { cpuUs, cpuRatio, otherLoads = [], p99Ms, p99Ratio } = figures;
  const cores = cpuUs && figureText(cpuUs, 1 / 1000);
  const base = cpuUs && cpuRatio && cpuUs.center / (cpuRatio.center - 1);
  const rateText = (phase: Phase): string => `${plain(rates.get(phase) ?? NaN)} requests/s a process`;
  return [
    [
      hasCollector(variant) ? "CPU added in the service" : "CPU added",
      cpuUs && `${figureText(cpuUs)} µs/request = ${cores} cores per 1,000 requests/s`,
    ],
    [
      "in per cent",
      cpuRatio &&
        `${changeText(cpuRatio)} of the ${plain(base!)} µs that a request takes without tracing, at the measured ${rateText(costPhase)}; at another load the percentage differs`,
    ],
    [
      "at other loads",
      joined(otherLoads.map(({ phase, cpuUs: us }) => `${figureText(us)} µs at ${rateText(phase)} (phase ${phase})`)),
    ],
    ["p99 added", p99Ms && `${figureText(p99Ms)} ms at ${rateText("latency")}${doubtText(p99Ms, p99Ratio)}`],
  ];
}

/** `judged`: the ratio, which has the verdict. */
function doubtText(figure: Figure, judged: Figure | undefined): string {
  if (figure.low === undefined) return ` (no interval: ${reasonText(figure)})`;
  return judged?.verdict === "inconclusive" ? " (inconclusive)" : "";
}

function keptText({ failedKept, slowKept, tracesKept, storedSpans }: Figures): string {
  return joined([
    failedKept && shareOfText(failedKept, "failed requests"),
    slowKept && shareOfText(slowKept, "the slowest 1 %"),
    tracesKept && shareOfText(tracesKept, "all traces"),
    storedSpans && `${figureText(storedSpans)} spans/request`,
  ]);
}

function projectionText({ cores, spansPerMonth, bytesPerMonth, moneyPerMonth }: Projection): string {
  return joined([
    cores && `${figureText(cores)} cores`,
    spansPerMonth && `${figureText(spansPerMonth, 1e-6)} million spans a month stored`,
    bytesPerMonth && `${figureText(bytesPerMonth, 1e-9)} GB a month`,
    moneyPerMonth && `price ${figureText(moneyPerMonth)} a month`,
  ]);
}

/** Each process has a queue of its own. */
function queueText({ advised, outage }: QueueAdvice): string {
  const size = `${countText(advised.queue)} spans a process`;
  if (outage?.helps !== true) return size;
  return `${size}; the outage needs ${countText(outage.spans)}, because a batch may wait ${plain(outage.waitMs / 1000)} s for its next attempt`;
}

function loadText({ advised, exportLatencyMs, ceilingPerSecond, ceilingFrom, loadPerSecond }: QueueAdvice): string {
  if (ceilingFrom === "carried")
    return `${plain(loadPerSecond)} spans/s; ${plain(ceilingPerSecond)} were carried without loss, and the most is unknown`;
  const byLatency = `${advised.batch} spans / ${plain(exportLatencyMs)} ms a batch`;
  const source = ceilingFrom === "full queue" ? "what left the full queue at capacity" : byLatency;
  return `${plain(loadPerSecond)} spans/s of at most ${plain(ceilingPerSecond)} (${source})`;
}

function joined(parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined).join("; ");
}

/** What the Collector beside the choice needs, a line each. */
function collectorLines(advice: CollectorAdvice, text: string): (readonly [string, string | undefined])[] {
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
  return `${load}${room}${outcomeText(verdict, isOnDisk)}`;
}

function outcomeText(verdict: CollectorOutage["verdict"], isOnDisk: boolean): string {
  if (verdict === "unknown") return "unknown if it bears that: the run does not say what it holds";
  if (isOnDisk)
    return { enough: "it is long enough", "too small": "a longer one is needed", "given up": LONGER }[verdict];
  if (verdict === "enough")
    return "no persistent queue is needed, unless the Collector itself may end meanwhile. Its memory grows by these spans, which was not measured";
  return `a persistent queue is needed${verdict === "given up" ? `; ${LONGER}` : ""}`;
}

const LONGER = "longer retries are needed, because they may end before";
