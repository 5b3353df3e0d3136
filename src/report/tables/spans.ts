import type { TrialRecord } from "../../record/index.ts";
import { countText, percentText } from "../format.ts";
import type { Cell, Table } from "../report.ts";
import type { Run, ShownVariant } from "../run.ts";
import { lostSpans, sampledSpans, spanFate, type SpanFate } from "../spans.ts";

const PHASES = ["cost", "latency", "capacity"] as const;

const ALL = "all";
const NO_REASON = "–";

/** Where every span went: a row a variant, or one for each of its phases where they differ in what was lost. Columns that say the same of every row are left out. */
export function spansTable(run: Run): Table[] {
  const rows = run.variants.flatMap((variant) => rowsOf(run, variant));
  if (rows.length === 0) return [];
  const isTold = (at: number, usual: string): boolean => rows.some((row) => row[at]!.text !== usual);
  const told = [true, isTold(1, ALL), true, true, true, true, isTold(6, NO_REASON)];
  const ofTold = (_: unknown, at: number): boolean => told[at]!;
  const counts = ["started", "sampled", "received", "lost"].map((title) => ({ title, numeric: true }));
  const residual = rows.some((row) => row[6]!.tone === "bad");
  return [
    {
      id: "spans",
      title: "Where the spans went",
      about:
        "Counted over the whole life of the processes, all rounds together (all phases too, where none is named): sampled = received + lost.",
      columns: [
        { title: "variant", numeric: false },
        { title: "phase", numeric: false },
        ...counts,
        { title: "why", numeric: false },
      ].filter(ofTold),
      rows: rows.map((row) => row.filter(ofTold)),
      notes: residual
        ? ["UNEXPLAINED: spans that no cause accounts for. A bug of the harness or of the SDK; the trial is void."]
        : [],
    },
  ];
}

function rowsOf(run: Run, variant: ShownVariant): Cell[][] {
  const trials = run.finished(variant.name);
  const phases = PHASES.filter((phase) => trials.some(({ trial }) => trial.phase === phase));
  const whole = spanFate(trials);
  if (whole === undefined) return outsideRow(variant, trials);
  const clean = lostSpans(whole) + whole.residual + whole.duplicates === 0;
  if (clean || phases.length === 1) return [rowOf(variant, phases.length === 1 ? phases[0]! : ALL, whole)];
  return phases.flatMap((phase) => {
    const fate = spanFate(trials.filter(({ trial }) => trial.phase === phase));
    return fate === undefined ? [] : [rowOf(variant, phase, fate)];
  });
}

function rowOf(variant: ShownVariant, phase: string, fate: SpanFate): Cell[] {
  const lost = lostSpans(fate);
  const sampled = sampledSpans(fate);
  const share = lost === 0 ? "" : ` (${percentText(lost / sampled)})`;
  return [
    { text: variant.label },
    { text: phase },
    count(fate.started),
    count(sampled),
    count(fate.received + fate.keptLocally),
    { text: `${countText(lost)}${share}`, value: lost, ...(lost > 0 ? { tone: "bad" as const } : {}) },
    { text: reasons(fate), ...(fate.residual > 0 ? { tone: "bad" as const } : {}) },
  ];
}

function count(value: number): Cell {
  return { text: countText(value), value };
}

function reasons(fate: SpanFate): string {
  const told = fate.lost.map(({ cause, spans }) => `${cause} ${countText(spans)}`);
  if (fate.residual > 0) told.unshift(`UNEXPLAINED ${countText(fate.residual)}`);
  if (fate.duplicates > 0) told.push(`arrived twice ${countText(fate.duplicates)}`);
  if (fate.keptLocally > 0) told.push("kept in the process: the exporter sends to no backend");
  return told.join(", ") || NO_REASON;
}

/** A service that brings its own SDK: only what arrived is known. */
function outsideRow(variant: ShownVariant, trials: readonly TrialRecord[]): Cell[][] {
  const outside = trials.flatMap((trial) => trial.outside ?? []);
  if (outside.length === 0) return [];
  const received = outside.reduce((total, seen) => total + seen.received, 0);
  const unknown: Cell = { text: "unknown", tone: "doubtful" };
  const why: Cell = { text: "its own SDK: known from outside only" };
  return [[{ text: variant.label }, { text: ALL }, unknown, unknown, count(received), unknown, why]];
}
