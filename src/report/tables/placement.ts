import type { Estimate } from "../../estimate/estimate.ts";
import { figureText, percentText, shareText } from "../format.ts";
import type { Table } from "../report.ts";
import type { Run, ShownVariant } from "../run.ts";
import { metricTable, type MetricColumn } from "./columns.ts";

/** Budgets of stored spans that differ by more than this are not equal ones. */
const EQUAL_WITHIN = 1.25;
const ABOUT =
  "The bill of every process, what goes over each hop, and what was kept. CPU (µs) and bytes are for each request: CPU in the window, bytes over the whole life of the processes. Memory of the Collector is its peak. Spans stored: of what always_on delivers. Failed, slowest 1 %: of these requests, so many traces arrived whole.";

const figure = (title: string, unit: string, metrics: readonly string[], factor = 1): MetricColumn => ({
  title,
  unit,
  numeric: true,
  pick: pickFirst(metrics),
  text: (estimate) => figureText(estimate, factor),
});
const share = (title: string, metric: string): MetricColumn => ({
  title,
  numeric: true,
  pick: pickFirst([metric]),
  text: (estimate) => shareText(estimate),
});

const STORED = "keptSpans";
const COLUMNS: readonly MetricColumn[] = [
  figure("service + Collector", "µs", ["pipelineCpuUsPerRequest", "cpuUsPerRequest"]),
  figure("service", "µs", ["cpuUsPerRequest"]),
  figure("Collector", "µs", ["collectorCpuUsPerRequest"]),
  figure("memory", "MB", ["rssBytes"], 1e-6),
  figure("Collector memory", "MB", ["collectorRssBytes"], 1e-6),
  figure("service sends", "B/request", ["bytesOutPerRequest"]),
  figure("Collector sends", "B/request", ["collectorBytesOutPerRequest"]),
  share("spans stored", STORED),
  share("traces", "keptTraces"),
  share("failed", "errorRecall"),
  share("slowest 1 %", "tailRecall"),
  share("spans lost", "spansLostShare"),
];

/** Where to sample: one row a variant, if they differ in their Collector. */
export function placementTable(run: Run): Table[] {
  const traced = run.variants.filter(({ variant }) => variant.sampler.kind.traced);
  const ways = new Set(traced.map(({ variant }) => variant.collector?.text));
  if (ways.size < 2) return [];
  const head = { id: "placement", title: "Where to sample", about: ABOUT };
  return metricTable(run, head, COLUMNS).map((table) => ({ ...table, notes: [...table.notes, ...budgetNote(run)] }));
}

/** Only at one budget is what was kept a fair comparison. */
function budgetNote(run: Run): string[] {
  const stored = run.asked.flatMap(({ id, label }) => {
    const estimate = run.findKept(id, STORED);
    return estimate === undefined ? [] : [{ label, share: estimate.center }];
  });
  const sorted = stored.toSorted((a, b) => a.share - b.share);
  const [least, most] = [sorted[0], sorted.at(-1)];
  if (least === undefined || most === undefined || most.share <= EQUAL_WITHIN * least.share) return [];
  return [
    `The budgets are not equal: ${least.label} stored ${percentText(least.share)} of the spans, ${most.label} ${percentText(most.share)}.`,
  ];
}

/** The first of these metrics that the variant has. */
function pickFirst(metrics: readonly string[]) {
  return (run: Run, { id }: ShownVariant): Estimate | undefined =>
    metrics.map((metric) => run.findKept(id, metric)).find((estimate) => estimate !== undefined);
}
