import type { Estimate } from "../../estimate/estimate.ts";
import type { Phase } from "../../spec/phases.ts";
import { UNBACKED_NOTE } from "../format.ts";
import { noFigures } from "../health.ts";
import type { Column, Table } from "../report.ts";
import type { Run, ShownVariant } from "../run.ts";
import { estimateCell, words } from "./cells.ts";

/** A column that shows one estimate of each variant. */
export interface MetricColumn extends Column {
  readonly pick: (run: Run, variant: ShownVariant) => Estimate | undefined;
  readonly text: (estimate: Estimate) => string;
}

type Head = Pick<Table, "id" | "title" | "about" | "isDetail"> &
  Partial<Pick<Table, "notes">> & { readonly phase?: Phase };

/** One row a variant. Columns and rows without any figure are left out; without rows, the table gives the reason, or is left out. */
export function metricTable(
  run: Run,
  { phase, notes: own = [], ...head }: Head,
  columns: readonly MetricColumn[],
): Table[] {
  const shown = columns.filter(({ pick }) => run.variants.some((variant) => pick(run, variant) !== undefined));
  const picked = run.variants
    .map((variant) => ({ label: variant.label, estimates: shown.map(({ pick }) => pick(run, variant)) }))
    .filter(({ estimates }) => estimates.some((estimate) => estimate !== undefined));
  if (picked.length === 0) {
    const notes =
      phase === undefined
        ? []
        : noFigures(
            run.results.records.filter(({ trial }) => trial.phase === phase),
            run.results,
          );
    return notes.length === 0 ? [] : [{ ...head, columns: [], rows: [], notes: [...notes, ...own] }];
  }
  return [
    {
      ...head,
      columns: [words("variant"), ...shown.map(({ title, unit, numeric }) => ({ title, unit, numeric }))],
      rows: picked.map(({ label, estimates }) => [
        { text: label },
        ...estimates.map((estimate, at) => estimateCell(estimate, shown[at]!.text)),
      ]),
      notes: [
        ...notesOf(picked.flatMap(({ estimates }) => estimates.filter((estimate) => estimate !== undefined))),
        ...own,
      ],
    },
  ];
}

function notesOf(estimates: readonly Estimate[]): string[] {
  const rounds = [...Map.groupBy(estimates, ({ phase }) => phase).values()].map((same) => same.map(({ n }) => n));
  const differs = rounds.find((all) => Math.min(...all) < Math.max(...all));
  return [
    ...(differs === undefined
      ? []
      : [
          `Not every variant has every round: figures rest on ${Math.min(...differs)} to ${Math.max(...differs)} rounds, a change on the rounds that both variants have.`,
        ]),
    ...(estimates.some(({ low }) => low === undefined) ? [UNBACKED_NOTE] : []),
  ];
}
