import { total } from "../../base/sum-of.ts";
import { cpuPhaseOf, unknownCollectors } from "../clauses/cost.ts";
import { ABOUT_ERRORS, AMOUNT, ERRORS, fidelityColumn, SEEN, type FidelityColumn } from "../fidelity-columns.ts";
import { changeText, countText, percentText, shareText } from "../format.ts";
import { phaseSchema } from "../../spec/phases.ts";
import { phaseText } from "../phase-sentence.ts";
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
    title: `What sampling kept (%${run.keptPhase === undefined ? "" : `, phase ${phaseText(run.results, run.keptPhase)}`})`,
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
  return metricTable(run, { ...head, notes: [...notes, ...brokenNote(run)] }, columns, noKeptText);
}

/** How many traces arrived in part in each phase, and how often a service kept what its caller dropped. */
function brokenNote(run: Run): string[] {
  const broken = run.variants.flatMap(({ id, label }) =>
    phaseSchema.options.flatMap((phase) => {
      const fidelities = run.usable(id, phase).flatMap(({ fidelity }) => fidelity ?? []);
      const arrived = total(fidelities, ({ traces }) => traces.arrived);
      const inPart = arrived - total(fidelities, ({ traces }) => traces.whole);
      const violations = countText(total(fidelities, ({ spans }) => spans.violations));
      const counts = `${countText(inPart)} of ${countText(arrived)} in the phase ${phaseText(run.results, phase)} (${violations} violations)`;
      return inPart === 0 ? [] : [`${label} ${counts}`];
    }),
  );
  if (broken.length === 0) return [];
  return [
    `Traces that arrived in part: ${broken.join("; ")}. A violation: a service kept what its caller dropped or lost.`,
  ];
}

/** Where to sample: the bill of every process beside what was kept, one row a variant, if they differ in their Collector. */
export function placementTable(run: Run): Table[] {
  const traced = run.variants.filter(({ variant }) => variant.sampler.kind.traced);
  if (new Set(traced.map(({ variant }) => variant.collector?.text)).size < 2) return [];
  const head = {
    id: "placement",
    title: "Where to sample",
    about: `The bill of every process, what goes over each hop, and what was kept${run.keptPhase === undefined ? "" : ` (phase ${phaseText(run.results, run.keptPhase)})`}. CPU (µs), memory and bytes are those of the phase ${cpuPhaseOf(run)}, CPU and bytes for each request of its window. Memory of the Collector is its peak. Spans stored: of what always_on delivers. Failed, slowest 1 %: of these requests, so many traces arrived whole.`,
    notes: [...unknownCollectors(run), ...budgetNote(run)],
  };
  const service = billOf("service", "cpuUsPerRequest", "µs");
  const both = billOf("service + Collector", "pipelineCpuUsPerRequest", "µs");
  const columns: MetricColumn[] = [
    { ...both, pick: (run, shown) => (shown.variant.collector === undefined ? service : both).pick(run, shown) },
    service,
    billOf("Collector", "collectorCpuUsPerRequest", "µs"),
    billOf("memory", "rssBytes", "MB"),
    billOf("Collector memory", "collectorRssBytes", "MB"),
    billOf("service sends", "bytesOutPerRequest", "B/request"),
    billOf("Collector sends", "collectorBytesOutPerRequest", "B/request"),
    ...[
      fidelityColumn("spans stored", "keptSpans"),
      fidelityColumn("traces", "keptTraces"),
      fidelityColumn("failed", "errorRecall"),
      fidelityColumn("slowest 1 %", "tailRecall"),
      fidelityColumn("spans lost", "spansLostShare"),
    ].map(columnOf),
  ];
  return metricTable(run, head, columns);
}

/** In the phase in which the headline has CPU: not in that of what was kept. */
function billOf(title: string, metric: string, unit: string): MetricColumn {
  return { ...figures(title, unit), pick: (run, { id }) => run.find(cpuPhaseOf(run), id, metric) };
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
    columnOf(fidelityColumn(title, metric, undefined, changeText));
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
    fidelityColumn("its failures kept", "incidentRecall"),
    fidelityColumn("first one kept after", "incidentFirstKeptMs", "ms"),
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
  };
  const errors = { ...details, id: "kept-errors", title: "Estimates from the kept traces", about: ABOUT_ERRORS };
  return [
    ...metricTable(run, details, ALL.filter(({ metric }) => !FIRST.has(metric)).map(columnOf), noKeptText),
    ...metricTable(run, errors, [WEIGHT, ...ERRORS.map(columnOf)], noKeptText),
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
