import { total } from "../../base/sum-of.ts";
import { unknownCollectors } from "../clauses/cost.ts";
import { ABOUT_ERRORS, AMOUNT, ERRORS, numberOf, SEEN, shareOf, type FidelityColumn } from "../fidelity-columns.ts";
import { changeText, countText, percentText, shareText } from "../format.ts";
import type { TrialRecord } from "../../record/trial-record.ts";
import { phaseSchema, type Phase } from "../../spec/phases.ts";
import type { Table } from "../report.ts";
import { noKeptText, type Run } from "../run.ts";
import { figures, metricTable, words, type MetricColumn } from "./table.ts";

/** What the first table shows; the other columns are details. */
const FIRST: ReadonlySet<string> = new Set([
  "keptTraces",
  "errorRecall",
  "tailRecall",
  "rareRouteRecall",
  "shapeCoverage",
]);
const ALL = [...AMOUNT, ...SEEN];

/** What each strategy kept. */
export function keptTable(run: Run): Table[] {
  const head = {
    id: "kept",
    // the phase that the shares are of stands beside the losses of others
    title: `What sampling kept (%${run.keptPhase === undefined ? "" : `, phase ${run.keptPhase}`})`,
    noFigureText: noKeptText,
    about:
      "Requests that the driver sent, joined with the spans that arrived. Kept: its trace arrived whole. Slowest 1 %: of each route. Rare routes have less than 5 % of the traffic. Shapes: distinct paths of service and operation. Brackets hold for rounds like these. ≤: at most, because the traces of some lost spans are unknown.",
  };
  // the title has the unit
  const columns = ALL.filter(({ metric }) => FIRST.has(metric)).map((column): MetricColumn => ({
    ...columnOf(column),
    text: (figure) => shareText(figure, ""),
  }));
  const fidelities = run.results.records.flatMap(({ fidelity }) => fidelity ?? []);
  const isShapeless = fidelities.every(({ traces }) => traces.whole === 0);
  const notes = isShapeless ? ["Shapes: unknown, because no trace of any variant arrived whole."] : [];
  return metricTable(run, { ...head, notes: [...notes, ...brokenNote(run)] }, columns);
}

/** How many traces arrived in part in each phase, and how often a service kept what its caller dropped. */
function brokenNote(run: Run): string[] {
  const broken = run.variants.flatMap(({ id, label }) => {
    const phases = phaseSchema.options.flatMap((phase) => inPartText(phase, run.usable(id, phase)));
    return phases.length === 0 ? [] : [`${label} ${phases.join(", ")}`];
  });
  return broken.length === 0
    ? []
    : [
        `Traces that arrived in part: ${broken.join("; ")}. A violation: a service kept what its caller dropped or lost.`,
      ];
}

/** `1,682 of 7,106 in the phase capacity (0 violations)`; empty if all traces arrived whole. */
function inPartText(phase: Phase, trials: readonly TrialRecord[]): string[] {
  const fidelities = trials.flatMap(({ fidelity }) => fidelity ?? []);
  const arrived = total(fidelities, ({ traces }) => traces.arrived);
  const inPart = arrived - total(fidelities, ({ traces }) => traces.whole);
  const violations = countText(total(fidelities, ({ spans }) => spans.violations));
  return inPart === 0
    ? []
    : [`${countText(inPart)} of ${countText(arrived)} in the phase ${phase} (${violations} violations)`];
}

/** Where to sample: the bill of every process beside what was kept, one row a variant, if they differ in their Collector. */
export function placementTable(run: Run): Table[] {
  const traced = run.variants.filter(({ variant }) => variant.sampler.kind.traced);
  if (new Set(traced.map(({ variant }) => variant.collector?.text)).size < 2) return [];
  const head = {
    id: "placement",
    title: "Where to sample",
    about:
      "The bill of every process, what goes over each hop, and what was kept. CPU (µs) and bytes are for each request of the window. Memory of the Collector is its peak. Spans stored: of what always_on delivers. Failed, slowest 1 %: of these requests, so many traces arrived whole.",
    notes: [...unknownCollectors(run), ...budgetNote(run)],
  };
  const service = columnOf(numberOf("service", "cpuUsPerRequest", "µs"));
  const both = columnOf(numberOf("service + Collector", "pipelineCpuUsPerRequest", "µs"));
  const columns: MetricColumn[] = [
    { ...both, pick: (run, shown) => (shown.variant.collector === undefined ? service : both).pick(run, shown) },
    service,
    ...[
      numberOf("Collector", "collectorCpuUsPerRequest", "µs"),
      numberOf("memory", "rssBytes", "MB", 1e-6),
      numberOf("Collector memory", "collectorRssBytes", "MB", 1e-6),
      numberOf("service sends", "bytesOutPerRequest", "B/request"),
      numberOf("Collector sends", "collectorBytesOutPerRequest", "B/request"),
      shareOf("spans stored", "keptSpans"),
      shareOf("traces", "keptTraces"),
      shareOf("failed", "errorRecall"),
      shareOf("slowest 1 %", "tailRecall"),
      shareOf("spans lost", "spansLostShare"),
    ].map(columnOf),
  ];
  return metricTable(run, head, columns);
}

/** Budgets of stored spans that differ by more than this are not equal ones. */
const EQUAL_WITHIN = 1.25;

/** Only at one budget is what was kept a fair comparison. */
function budgetNote(run: Run): string[] {
  const stored = run.asked.flatMap(({ id, label }) => {
    const estimate = run.findKept(id, "keptSpans");
    return estimate === undefined ? [] : [{ label, share: estimate.center }];
  });
  const sorted = stored.toSorted((a, b) => a.share - b.share);
  const [least, most] = [sorted[0], sorted.at(-1)];
  if (least === undefined || most === undefined || most.share <= EQUAL_WITHIN * least.share) return [];
  return [
    `The budgets are not equal: ${least.label} stored ${percentText(least.share)} of the spans, ${most.label} ${percentText(most.share)}.`,
  ];
}

/** How far dashboards over span metrics are from the truth, one row for each variant that has such metrics. */
export function dashboardTable(run: Run): Table[] {
  const head = {
    id: "dashboard",
    title: "What dashboards over span metrics show",
    about:
      "Prometheus' request rate, error rate (statuses of 400 or more) and p99 by the Collector's spanmetrics, against the requests that the driver sent: +0 % is the truth. The connector weights spans that have a probability in their tracestate (ot=th). p99 is as exact as its histogram's buckets, and leaves out the time before the service's first span.",
  };
  const column = (title: string, metric: string): MetricColumn =>
    columnOf({ ...figures(title), metric, text: changeText });
  return metricTable(run, head, [
    column("request rate", "dashboardRequestRate"),
    column("error rate", "dashboardErrorRate"),
    column("p99", "dashboardP99"),
  ]);
}

/** How long the scenario's incident went unseen. */
export function incidentTable(run: Run): Table[] {
  const { incident } = run.results.scenario;
  if (incident === undefined) return [];
  const about = `From ${incident.atMs / 1000} s into the window, ${incident.share * 100} % of ${incident.route} became "${incident.class}". The time to the answer of the first failed request after that whose trace was kept.`;
  const columns = [
    shareOf("its failures kept", "incidentRecall"),
    numberOf("first one kept after", "incidentFirstKeptMs", "ms"),
  ];
  return metricTable(run, { id: "incident", title: "Until the incident was seen", about }, columns.map(columnOf));
}

/** What was kept in detail, and what can be estimated from it. */
export function keptDetailTables(run: Run): Table[] {
  const details = {
    id: "kept-details",
    title: "What sampling kept, in detail",
    about:
      "Spans and bytes: of what keeping everything sends. Edges: calls between services. Whole: of the traces that arrived, those with all their sampled spans.",
    isDetail: true,
    noFigureText: noKeptText,
  };
  const errors = { ...details, id: "kept-errors", title: "Estimates from the kept traces", about: ABOUT_ERRORS };
  return [
    ...metricTable(run, details, ALL.filter(({ metric }) => !FIRST.has(metric)).map(columnOf)),
    ...metricTable(run, errors, [WEIGHT, ...ERRORS.map(columnOf)]),
  ];
}

function columnOf({ metric, ...column }: FidelityColumn): MetricColumn {
  return { ...column, pick: (run, { id }) => run.findKept(id, metric) };
}

/** Whether estimates of the variant have a valid weight. */
const WEIGHT: MetricColumn = {
  ...words("weight"),
  pick: (run, { id }) => run.findKept(id, "requestCountError"),
  text: ({ center, warnings }) => {
    if (center === -1) return "nothing kept";
    return warnings.some(({ code }) => code === "no-valid-weight") ? "no valid weight" : "valid";
  },
};
