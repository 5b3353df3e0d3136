import { total } from "../../base/sum-of.ts";
import { phaseRow } from "../../spec/phases.ts";
import { changeText, differenceText, figureText, percentText } from "../format.ts";
import { CPU, THROUGHPUT } from "../metrics.ts";
import type { Cell, Table } from "../report.ts";
import { baselineName, type Run, type ShownVariant } from "../run.ts";
import { countCell, estimateCell, figures, shownTable, words } from "./table.ts";

/** CPU per request at the load of each phase; only if a phase besides `cost` was run. */
export function loadTable(run: Run): Table[] {
  const phases = run.results.scenario.phases;
  if (phases.every((phase) => phase === CPU.phase)) return [];
  const rows = run.variants.flatMap((variant) => phases.flatMap((phase) => rowOf(run, variant, phase)));
  return shownTable({
    id: "load",
    title: "Cost over load",
    about:
      "A busy process spends less CPU on each request, and tracing adds about the same: so a percentage holds at one load. 1 µs per request is 0.001 cores at 1,000 requests/s. Core busy: by this process.",
    columns: [
      ...["variant", "phase"].map((title) => words(title)),
      ...["requests/s", "core busy"].map((title) => figures(title)),
      ...["CPU/request", "added"].map((title) => figures(title, "µs")),
      figures(`against ${baselineName(run.results)}`),
    ],
    rows,
    notes: phases.some((phase) => phaseRow(phase).loop === "closed")
      ? ["At capacity each variant carries as much as it can, so its rate differs from that of none."]
      : [],
  });
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
      countCell(rate),
      { text: percentText(Math.round(busy * 100) / 100), value: busy },
      estimateCell(own, figureText),
      estimateCell(difference, differenceText),
      estimateCell(ratio, changeText),
    ],
  ];
}

function meanOf(values: readonly number[]): number {
  return total(values, (value) => value) / values.length;
}
