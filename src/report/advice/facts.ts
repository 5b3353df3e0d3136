import type { Advice } from "../../estimate/advise/advise.ts";
import type { Candidate, Figures } from "../../estimate/advise/candidate.ts";
import { mapFigure } from "../../estimate/advise/figure.ts";
import type { QueueAdvice } from "../../estimate/advise/queue.ts";
import type { Projection } from "../../estimate/advise/traffic.ts";
import { changeText, countText, figureText, plain, shareText } from "../format.ts";
import type { Fact } from "../report.ts";

/** The recommended settings and their cost, a line each. */
export function factsOf({ chosen, wishes, queue }: Advice): Fact[] {
  if (chosen === undefined) return [];
  const { candidate, projection } = chosen;
  const { variant, service } = candidate;
  const { traffic } = wishes;
  return [
    {
      label: "sampler",
      value:
        service === variant
          ? variant.sampler.text
          : `${variant.sampler.text} in a Collector, always_on in the services`,
    },
    { label: "processor", value: variant.processor!.text },
    { label: "exporter", value: variant.exporter!.text },
    ...costFacts(candidate),
    ...keptFacts(candidate.figures),
    ...(traffic && projection
      ? [
          {
            label: `at ${plain(traffic.requestsPerSecond)} requests/s on ${traffic.instances} ${traffic.instances === 1 ? "process" : "processes"}`,
            value: projectionText(projection),
          },
        ]
      : []),
    ...(queue ? queueFacts(queue) : []),
  ];
}

/** `101 µs/request [85, 117], 0.101 cores per 1,000 requests/s`. */
function costFacts({ figures, rates }: Candidate): Fact[] {
  const { cpuUs, cpuRatio, p99Ms } = figures;
  const perSecond = rates.get("cost");
  const base = cpuUs && cpuRatio && cpuRatio.center !== 1 ? cpuUs.center / (cpuRatio.center - 1) : undefined;
  return [
    ...(cpuUs
      ? [
          {
            label: "CPU added",
            value: `${figureText(cpuUs)} µs/request = ${figureText(mapFigure(cpuUs, (us) => us / 1000))} cores per 1,000 requests/s`,
          },
        ]
      : []),
    ...(cpuRatio && base !== undefined && perSecond !== undefined
      ? [
          {
            label: "in per cent",
            value: `${changeText(cpuRatio)} of the ${plain(base)} µs that a request takes without tracing, at the measured ${plain(perSecond)} requests/s a process; at another load the percentage differs`,
          },
        ]
      : []),
    ...(p99Ms
      ? [
          {
            label: "p99 added",
            value: `${figureText(p99Ms)} ms at ${plain(rates.get("latency") ?? NaN)} requests/s a process`,
          },
        ]
      : []),
  ];
}

function keptFacts({ failedKept, slowKept, tracesKept, storedSpans }: Figures): Fact[] {
  const parts = [
    failedKept && `${shareText(failedKept)} of failed requests`,
    slowKept && `${shareText(slowKept)} of the slowest 1 %`,
    tracesKept && `${shareText(tracesKept)} of all traces`,
    storedSpans && `${figureText(storedSpans)} spans/request`,
  ].filter((part) => part !== undefined);
  return [{ label: "keeps", value: parts.join("; ") }];
}

function projectionText({ cores, spansPerMonth, bytesPerMonth, moneyPerMonth }: Projection): string {
  const parts = [
    cores && `${figureText(cores)} cores`,
    spansPerMonth && `${figureText(spansPerMonth, 1e-6)} million spans a month stored`,
    bytesPerMonth && `${figureText(bytesPerMonth, 1e-9)} GB a month`,
    moneyPerMonth && `price ${figureText(moneyPerMonth)} a month`,
  ].filter((part) => part !== undefined);
  return parts.length === 0 ? "not known" : parts.join("; ");
}

/** Each process has a queue of its own. */
function queueFacts({
  advised,
  exportLatencyMs,
  ceilingPerSecond,
  isCeilingMeasured,
  loadPerSecond,
  outage,
}: QueueAdvice): Fact[] {
  const source = isCeilingMeasured
    ? "what left the full queue at capacity"
    : `${advised.batch} spans / ${plain(exportLatencyMs)} ms a batch`;
  const reason =
    outage?.helps === true
      ? `; the outage needs ${countText(outage.spans)}, because a batch may wait ${plain(outage.waitMs / 1000)} s for its next attempt`
      : "";
  return [
    { label: "queue", value: `${countText(advised.queue)} spans a process${reason}` },
    {
      label: "load on the queue",
      value: `${plain(loadPerSecond)} spans/s of at most ${plain(ceilingPerSecond)} (${source})`,
    },
  ];
}
