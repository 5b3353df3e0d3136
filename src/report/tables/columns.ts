import { MIN_ROUNDS } from "../../estimate/verdict.ts";
import type { Estimate } from "../../estimate/estimate.ts";
import type { Phase } from "../../plan/trial.ts";
import { changeText, noVerdictText, UNBACKED_NOTE } from "../format.ts";
import type { Cell, Column, Table, Tone } from "../report.ts";
import type { Run, ShownVariant } from "../run.ts";

/** A column that shows an estimate of each variant. */
export interface MetricColumn extends Column {
  readonly pick: (run: Run, variant: ShownVariant) => Estimate | undefined;
  readonly text: (estimate: Estimate) => string;
  readonly tone?: (estimate: Estimate) => Tone | undefined;
  /** A phase's absolute figure, or its change: of which rounds they are is told where that differs. */
  readonly of?: "figure" | "change" | undefined;
}

const NOTHING: Cell = { text: "–" };
const VARIANT: Column = { title: "variant", numeric: false };

/** One row a variant; columns and rows without any figure are left out, and so is a table without rows. */
export function metricTable(
  run: Run,
  head: Pick<Table, "id" | "title" | "about">,
  columns: readonly MetricColumn[],
): Table[] {
  const filled = columns.filter((column) => run.variants.some((variant) => column.pick(run, variant) !== undefined));
  const picked = run.variants
    .map((variant) => ({ label: variant.label, estimates: filled.map((column) => column.pick(run, variant)) }))
    .filter(({ estimates }) => estimates.some((estimate) => estimate !== undefined));
  if (picked.length === 0) return [];
  const rows = picked.map(({ label, estimates }) => [
    { text: label },
    ...estimates.map((estimate, at) => cellOf(filled[at]!, estimate)),
  ]);
  const unbacked = rows.some((row) => row.some((cell) => cell.tone === "doubtful"));
  const shown = filled.map(({ title, unit, numeric }) => ({ title, numeric, ...(unit === undefined ? {} : { unit }) }));
  const notes = [
    ...roundsNote(
      run,
      filled,
      picked.map(({ estimates }) => estimates),
    ),
    ...(unbacked ? [UNBACKED_NOTE] : []),
  ];
  return [{ ...head, columns: [VARIANT, ...shown], rows, notes }];
}

/** Of which rounds the figures and the changes beside them are, where void trials left some variants fewer than others. */
function roundsNote(
  run: Run,
  columns: readonly MetricColumn[],
  rows: readonly (readonly (Estimate | undefined)[])[],
): string[] {
  const shown = (of: MetricColumn["of"]): Estimate[] =>
    rows.flatMap((row) => row.flatMap((estimate, at) => (columns[at]!.of === of ? (estimate ?? []) : [])));
  const figures = shown("figure");
  const [first] = figures;
  if (first === undefined || [...figures, ...shown("change")].every(({ n }) => n === first.n)) return [];
  const common = run.commonRounds(first.phase);
  const which =
    common >= MIN_ROUNDS
      ? `figures are of the ${common} rounds that all have`
      : `figures are of each one's own rounds, since those that all have are too few (${common})`;
  return [`Not every variant has every round: ${which}; a change is of the rounds that both have.`];
}

function cellOf(column: MetricColumn, estimate: Estimate | undefined): Cell {
  if (estimate === undefined) return NOTHING;
  const tone = estimate.low === undefined ? "doubtful" : column.tone?.(estimate);
  return { text: column.text(estimate), value: estimate.center, ...(tone === undefined ? {} : { tone }) };
}

/** An absolute figure of a phase. */
export function figureColumn(
  phase: Phase,
  metric: string,
  title: string,
  unit: string | undefined,
  text: MetricColumn["text"],
): MetricColumn {
  const pick: MetricColumn["pick"] = (run, variant) => run.find(phase, variant.name, metric);
  return { title, numeric: true, pick, text, of: "figure", ...(unit === undefined ? {} : { unit }) };
}

/** Its ratio to `none`. */
export function ratioColumn(phase: Phase, metric: string, title: string): MetricColumn {
  return {
    title,
    numeric: true,
    pick: (run, variant) => run.againstNone(phase, variant.name, metric),
    text: changeText,
    of: "change",
  };
}

/** Its ratio to the `always_on` it was compared with: the one of the same axes. */
export function savingColumn(phase: Phase, metric: string): MetricColumn {
  const pick: MetricColumn["pick"] = (run, variant) =>
    run.variants
      .filter((other) => other.variant.sampler === "always_on")
      .map((reference) => run.find(phase, variant.name, metric, reference.name))
      .find((ratio) => ratio !== undefined);
  return { title: "against always_on", numeric: true, pick, text: changeText, of: "change" };
}

/** The verdict on its ratio to `none`. */
export function verdictColumn(phase: Phase, metric: string): MetricColumn {
  return {
    title: "verdict",
    numeric: false,
    pick: (run, variant) => run.againstNone(phase, variant.name, metric),
    text: ({ verdict, n }) => verdict ?? noVerdictText(n),
    tone: ({ verdict }) => (verdict === "regression" ? "bad" : verdict === "improvement" ? "good" : undefined),
  };
}
