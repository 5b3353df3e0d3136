import type { Estimate } from "../../estimate/estimate.ts";
import type { Phase } from "../../spec/phases.ts";
import type { Metric } from "../../record/metrics.ts";
import { changeText, differenceText, figureText, noVerdictText, UNBACKED_NOTE } from "../format.ts";
import { noFigures } from "../no-figures.ts";
import type { Cell, Column, Table, Tone } from "../report.ts";
import type { Run, ShownVariant } from "../run.ts";

/** A column that shows one estimate of each variant. */
export interface MetricColumn extends Column {
  readonly pick: (run: Run, variant: ShownVariant) => Estimate | undefined;
  readonly text: (estimate: Estimate) => string;
  readonly tone?: (estimate: Estimate) => Tone | undefined;
}

type Head = Pick<Table, "id" | "title" | "about"> & { readonly phase?: Phase; readonly isDetail?: boolean };

/** One row a variant. Columns and rows without any figure are left out; without rows, the table gives the reason, or is left out. */
export function metricTable(run: Run, { phase, ...head }: Head, columns: readonly MetricColumn[]): Table[] {
  const filled = columns.filter(({ pick }) => run.variants.some((variant) => pick(run, variant) !== undefined));
  const picked = run.variants
    .map((variant) => ({ label: variant.label, estimates: filled.map(({ pick }) => pick(run, variant)) }))
    .filter(({ estimates }) => estimates.some((estimate) => estimate !== undefined));
  if (picked.length === 0) {
    const notes =
      phase === undefined ? [] : noFigures(run.results.records.filter(({ trial }) => trial.phase === phase));
    return notes.length === 0 ? [] : [{ ...head, columns: [], rows: [], notes }];
  }
  const rows = picked.map(({ label, estimates }): Cell[] => [
    { text: label },
    ...estimates.map((estimate, at) => cellOf(filled[at]!, estimate)),
  ]);
  const shown = filled.map(({ title, unit, numeric }) => ({ title, numeric, ...(unit !== undefined && { unit }) }));
  const all = picked.flatMap(({ estimates }) => estimates.filter((estimate) => estimate !== undefined));
  return [{ ...head, columns: [{ title: "variant", numeric: false }, ...shown], rows, notes: notesOf(all) }];
}

function notesOf(estimates: readonly Estimate[]): string[] {
  const ofPhase = Map.groupBy(estimates, ({ phase }) => phase);
  const rounds = [...ofPhase.values()].map((same) => same.map(({ n }) => n));
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

/** The cell of an estimate, doubtful without an interval. */
export function cellOf({ text, tone }: Pick<MetricColumn, "text" | "tone">, estimate: Estimate | undefined): Cell {
  if (estimate === undefined) return { text: "–" };
  const own = estimate.low === undefined ? "doubtful" : tone?.(estimate);
  return { text: text(estimate), value: estimate.center, estimate, ...(own !== undefined && { tone: own }) };
}

/** Columns of one metric in one phase. */
export function columnsOf(phase: Phase, { name, title, column }: Metric) {
  const ratio: MetricColumn["pick"] = (run, { id }) => run.compare("baseline", phase, id, name).ratio;
  return {
    figure: (): MetricColumn => ({
      title: column?.title ?? title,
      ...(column && { unit: column.unit }),
      numeric: true,
      pick: (run, { id }) => run.find(phase, id, name),
      text: (figure) => figureText(figure, column?.factor),
    }),
    difference: (unit: string, heading = "added"): MetricColumn => ({
      title: heading,
      unit,
      numeric: true,
      pick: (run, { id }) => run.compare("baseline", phase, id, name).difference,
      text: differenceText,
    }),
    change: (heading: string): MetricColumn => ({ title: heading, numeric: true, pick: ratio, text: changeText }),
    verdict: (): MetricColumn => ({ title: "verdict", numeric: false, pick: ratio, text: verdictText }),
  };
}

/** Against no tracing a change for the worse is the price of tracing, no regression. */
export function verdictText({ verdict, center, n }: Estimate): string {
  if (verdict === undefined) return noVerdictText(n);
  if (verdict === "regression" || verdict === "improvement") return center > 1 ? "higher" : "lower";
  return verdict;
}
