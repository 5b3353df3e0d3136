import { PHASES, phaseRow, type Phase } from "../../spec/phases.ts";
import { METRICS, thresholdIn, type Metric } from "../../record/metrics.ts";
import { rateText } from "../headline.ts";
import type { Table } from "../report.ts";
import { baselineName, type Run } from "../run.ts";
import { columnsOf, metricTable, type MetricColumn } from "./columns.ts";

/** One table a phase: its metrics, and the change of the one that has a verdict in it. */
export function phaseTables(run: Run, phase: Phase): Table[] {
  const { title, sentence } = phaseRow(phase);
  const metrics = METRICS.filter(
    (metric) => metric.column?.table === "phase" && metric.phases.includes(phase) && !isJudgedElsewhere(metric, phase),
  );
  const about = `${sentence} ${loadText(run, phase)}`;
  return metricTable(
    run,
    { id: phase, title, about, phase },
    metrics.flatMap((metric) => columnsIn(run, metric, phase)),
  );
}

function loadText(run: Run, phase: Phase): string {
  const { connections } = run.results.scenario;
  return phaseRow(phase).loop === "open" ? `${rateText(run, phase)} to each.` : `${connections[phase]} connections.`;
}

function isJudgedElsewhere(metric: Metric, phase: Phase): boolean {
  return metric.threshold !== undefined && thresholdIn(metric, phase) === undefined;
}

function against({ results }: Run): string {
  return `against ${baselineName(results.scenario)}`;
}

function columnsIn(run: Run, metric: Metric, phase: Phase): MetricColumn[] {
  const { unit } = metric.column!;
  const columns = columnsOf(phase, metric);
  if (thresholdIn(metric, phase) === undefined) return [columns.figure()];
  const reference = run.variants.find(({ role }) => role === "reference")?.label ?? "reference";
  return [
    columns.figure(),
    ...(phaseRow(phase).layout === "side by side" ? [columns.difference(unit)] : []),
    columns.change(against(run)),
    columns.verdict(),
    columns.change(`against ${reference}`, "reference"),
  ];
}

/** Of the first phase that was run, with what has its verdict in a phase that was not. */
export function resourceTable(run: Run): Table[] {
  const phases = PHASES.map(({ name }) => name).filter((name) => run.results.scenario.phases.includes(name));
  const [phase] = phases;
  if (phase === undefined) return [];
  const unjudged = METRICS.filter(
    ({ compared, threshold }) => threshold && compared?.includes(phase) && !phases.includes(compared[0]!),
  );
  const resources = METRICS.filter(({ column }) => column?.table === "resources");
  const columns = [
    ...unjudged.flatMap((metric) => [columnsOf(phase, metric).figure(), columnsOf(phase, metric).change(against(run))]),
    ...resources.map((metric) => columnsOf(metric.phases.includes(phase) ? phase : metric.phases[0]!, metric).figure()),
  ];
  const about = `The targets in the ${phase} phase: resident memory, heap after a garbage collection, span data on the wire, GC in the window; event-loop delay of a variant alone.`;
  return metricTable(run, { id: "resources", title: "Memory, wire and event loop", about }, columns);
}
