import type { Fidelity } from "../../record/fidelity.ts";
import { ABOUT, ERRORS, INCIDENT, KEPT, KEPT_DETAILS, type FidelityColumn } from "../fidelity-columns.ts";
import { countText } from "../format.ts";
import type { Table } from "../report.ts";
import type { Run } from "../run.ts";
import { metricTable, type MetricColumn } from "./columns.ts";

/** What each strategy kept. */
export function keptTable(run: Run): Table[] {
  const head = { id: "kept", title: "What sampling kept (%)", about: ABOUT.kept };
  const tables = metricTable(run, head, KEPT.map(columnOf));
  const fidelities = run.results.records.flatMap(({ fidelity }) => fidelity ?? []);
  const isShapeless = fidelities.every(({ traces }) => traces.whole === 0);
  const notes = isShapeless ? ["Shapes: unknown, because no trace of any variant arrived whole."] : [];
  return tables.map((table) => ({ ...table, notes: [...table.notes, ...notes, ...brokenNote(run)] }));
}

/** How many traces arrived in part, and how often a service kept what its caller dropped. */
function brokenNote(run: Run): string[] {
  const broken = run.variants.flatMap(({ id, label }) => {
    const fidelities = run.usable(id).flatMap(({ fidelity }) => fidelity ?? []);
    const sum = (pick: (fidelity: Fidelity) => number): number =>
      fidelities.reduce((total, fidelity) => total + pick(fidelity), 0);
    const [arrived, inPart] = [sum(({ traces }) => traces.arrived), sum(({ traces }) => traces.arrived - traces.whole)];
    const violations = countText(sum(({ spans }) => spans.violations));
    return inPart === 0 ? [] : [`${label} ${countText(inPart)} of ${countText(arrived)} (${violations} violations)`];
  });
  return broken.length === 0
    ? []
    : [
        `Traces that arrived in part: ${broken.join("; ")}. A violation: a service kept what its caller dropped or lost.`,
      ];
}

/** How long the scenario's incident went unseen. */
export function incidentTable(run: Run): Table[] {
  const { incident } = run.results.scenario;
  if (incident === undefined) return [];
  const about = `From ${incident.atMs / 1000} s into the window, ${incident.share * 100} % of ${incident.route} became "${incident.class}". The time to the answer of the first failed request after that whose trace was kept.`;
  return metricTable(run, { id: "incident", title: "Until the incident was seen", about }, INCIDENT.map(columnOf));
}

/** What was kept in detail, and what can be estimated from it. */
export function keptDetailTables(run: Run): Table[] {
  const details = { id: "kept-details", title: "What sampling kept, in detail", about: ABOUT.details, isDetail: true };
  const errors = { id: "kept-errors", title: "Estimates from the kept traces", about: ABOUT.errors, isDetail: true };
  return [
    ...metricTable(run, details, KEPT_DETAILS.map(columnOf)),
    ...metricTable(run, errors, [WEIGHT, ...ERRORS.map(columnOf)]),
  ];
}

function columnOf({ metric, ...column }: FidelityColumn): MetricColumn {
  return { ...column, numeric: true, pick: (run, { id }) => run.findKept(id, metric) };
}

/** Whether estimates of the variant have a valid weight. */
const WEIGHT: MetricColumn = {
  title: "weight",
  numeric: false,
  pick: (run, { id }) => run.findKept(id, "requestCountError"),
  text: ({ center, warnings }) => {
    if (center === -1) return "nothing kept";
    return warnings.some(({ code }) => code === "no-valid-weight") ? "no valid weight" : "valid";
  },
};
