import type { Advice } from "../../estimate/advise/advise.ts";
import type { Candidate } from "../../estimate/advise/candidate.ts";
import type { Figures } from "../../estimate/advise/figures.ts";
import { isByCollector } from "../../estimate/advise/deployment.ts";
import { mapFigure } from "../../estimate/advise/figure.ts";
import type { QueueAdvice } from "../../estimate/advise/queue.ts";
import type { Projection } from "../../estimate/advise/traffic.ts";
import type { Phase } from "../../spec/phases.ts";
import { changeText, countText, figureText, plain, shareOfText } from "../format.ts";
import type { Fact } from "../report.ts";
import { collectorLines } from "./collector-facts.ts";

/** The recommended settings and their cost, a line each. */
export function factsOf({ chosen, wishes: { traffic }, queue, collector }: Advice): Fact[] {
  if (chosen === undefined) return [];
  const { candidate, projection } = chosen;
  const { sampler, processor, exporter } = candidate.variant;
  const services = isByCollector(candidate.variant) ? " in a Collector, always_on in the services" : "";
  const atTraffic =
    traffic &&
    `at ${plain(traffic.requestsPerSecond)} requests/s on ${traffic.instances} ${traffic.instances === 1 ? "process" : "processes"}`;
  const lines: readonly (readonly [string | undefined, string | undefined])[] = [
    ["sampler", sampler.text + services],
    ["processor", processor?.text],
    ["exporter", exporter?.text],
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
function costLines({ figures, rates, costPhase }: Candidate): [string, string | undefined][] {
  const { cpuUs, cpuRatio, otherLoads = [], p99Ms, p99Ratio } = figures;
  const cores = cpuUs && figureText(mapFigure(cpuUs, (us) => us / 1000));
  const base = cpuUs && cpuRatio && cpuUs.center / (cpuRatio.center - 1);
  const rateText = (phase: Phase): string => `${plain(rates.get(phase) ?? NaN)} requests/s a process`;
  return [
    ["CPU added", cpuUs && `${figureText(cpuUs)} µs/request = ${cores} cores per 1,000 requests/s`],
    [
      "in per cent",
      cpuRatio &&
        `${changeText(cpuRatio)} of the ${plain(base!)} µs that a request takes without tracing, at the measured ${rateText(costPhase)}; at another load the percentage differs`,
    ],
    [
      "at other loads",
      joined(
        otherLoads.map(({ phase, cpuUs: us }) => {
          const note = phase === "capacity" ? " (capacity)" : "";
          return `${figureText(us)} µs at ${rateText(phase)}${note}`;
        }),
      ),
    ],
    [
      "p99 added",
      p99Ms &&
        `${figureText(p99Ms)} ms at ${rateText("latency")}${p99Ratio?.verdict === "inconclusive" ? " (inconclusive)" : ""}`,
    ],
  ];
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

function loadText({
  advised,
  exportLatencyMs,
  ceilingPerSecond,
  isCeilingMeasured,
  loadPerSecond,
}: QueueAdvice): string {
  const byLatency = `${advised.batch} spans / ${plain(exportLatencyMs)} ms a batch`;
  const source = isCeilingMeasured ? "what left the full queue at capacity" : byLatency;
  return `${plain(loadPerSecond)} spans/s of at most ${plain(ceilingPerSecond)} (${source})`;
}

function joined(parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined).join("; ");
}
