import { phaseRow } from "../../spec/phases.ts";
import { changeText, countText, differenceText, figureText, percentText } from "../format.ts";
import { CPU, THROUGHPUT } from "../metrics.ts";
import type { Cell, Table } from "../report.ts";
import { baselineName, type Run, type ShownVariant } from "../run.ts";
import { cellOf } from "./columns.ts";

/** CPU per request at the load of each phase; only if a phase besides `cost` was run. */
export function loadTable(run: Run): Table[] {
  const phases = run.results.scenario.phases;
  if (phases.every((phase) => phase === CPU.phase)) return [];
  const rows = run.variants.flatMap((variant) => phases.flatMap((phase) => rowOf(run, variant, phase)));
  if (rows.length === 0) return [];
  return [
    {
      id: "load",
      title: "Cost over load",
      about:
        "A busy process spends less CPU on each request, and tracing adds about the same: so a percentage holds at one load. 1 µs per request is 0.001 cores at 1,000 requests/s. Core busy: by this process.",
      columns: [
        { title: "variant", numeric: false },
        { title: "phase", numeric: false },
        { title: "requests/s", numeric: true },
        { title: "core busy", numeric: true },
        { title: "CPU/request", unit: "µs", numeric: true },
        { title: "added", unit: "µs", numeric: true },
        { title: `against ${baselineName(run.results)}`, numeric: true },
      ],
      rows,
      notes: phases.some((phase) => phaseRow(phase).loop === "closed")
        ? ["At capacity each variant carries as much as it can, so its rate differs from that of none."]
        : [],
    },
  ];
}

function rowOf(run: Run, { id, label }: ShownVariant, phase: Run["results"]["scenario"]["phases"][number]): Cell[][] {
  const own = run.find(phase, id, CPU.name);
  if (own === undefined) return [];
  const { ratio, difference } = run.compare("baseline", phase, id, CPU.name);
  const trials = run.usable(id, phase);
  const rate =
    run.find(phase, id, THROUGHPUT.name)?.center ?? meanOf(trials.flatMap(({ load }) => load?.requestsPerSecond ?? []));
  const busy = meanOf(trials.flatMap(({ resources }) => resources?.targetCoreShare ?? []));
  return [
    [
      { text: label },
      { text: phase },
      { text: countText(rate), value: rate },
      { text: percentText(Math.round(busy * 100) / 100), value: busy },
      cellOf({ text: figureText }, own),
      cellOf({ text: differenceText }, difference),
      cellOf({ text: changeText }, ratio),
    ],
  ];
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
