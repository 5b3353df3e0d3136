import type { TrialRecord } from "../../record/trial-record.ts";
import { countText, percentText } from "../format.ts";
import type { Cell, Table } from "../report.ts";
import type { Run, ShownVariant } from "../run.ts";
import { lostSpans, sampledSpans, spanFate, type SpanFate } from "../spans.ts";

const PHASES = ["cost", "latency", "capacity"] as const;

const ALL = "all";
const NO_REASON = "–";
const USUAL: Readonly<Record<string, string>> = { phase: ALL, why: NO_REASON };
const COUNTS = ["started", "sampled", "received", "lost", "late", "twice"];

const CONCURRENCY_LIMIT =
  "concurrency limit: the SDK's OTLP exporter refuses an export while 30 are under way, as with the processor `simple` or at shutdown; raise it with --exporter …:concurrency=1000.";
const NOTES: Readonly<Record<string, string>> = {
  late: "late: given up by the SDK, as after its time-out, and received all the same; among the received.",
  twice: "twice: received more than once, as where a retry follows an answer that got lost; counted once.",
};

/** Where every span went: a row a variant, or one for each of its phases where they differ in what was lost. Columns that say the same of every row are left out. */
export function spansTable(run: Run): Table[] {
  const rows = run.variants.flatMap((variant) => rowsOf(run, variant));
  if (rows.length === 0) return [];
  const columns = [
    { title: "variant", numeric: false },
    { title: "phase", numeric: false },
    ...COUNTS.map((title) => ({ title, numeric: true })),
    { title: "why", numeric: false },
  ];
  const told = columns.map(({ title }, at) => {
    if (title in NOTES) return rows.some((row) => (row[at]!.value ?? 0) > 0);
    return !(title in USUAL) || rows.some((row) => row[at]!.text !== USUAL[title]);
  });
  const ofTold = (_: unknown, at: number): boolean => told[at]!;
  const residual = rows.some((row) => row.at(-1)!.tone === "bad");
  const notes = [
    ...(residual
      ? ["UNEXPLAINED: spans that no cause accounts for. A bug of the harness or of the SDK; the trial is void."]
      : []),
    ...columns.flatMap(({ title }, at) => (told[at]! ? (NOTES[title] ?? []) : [])),
    ...(rows.some((row) => row.at(-1)!.text.includes("concurrency limit")) ? [CONCURRENCY_LIMIT] : []),
  ];
  return [
    {
      id: "spans",
      title: "Where the spans went",
      about:
        "Counted over the whole life of the processes, all rounds together (all phases too, where none is named): sampled = received + lost.",
      columns: columns.filter(ofTold),
      rows: rows.map((row) => row.filter(ofTold)),
      notes,
    },
  ];
}

function rowsOf(run: Run, variant: ShownVariant): Cell[][] {
  const trials = run.finished(variant.name);
  const phases = PHASES.filter((phase) => trials.some(({ trial }) => trial.phase === phase));
  const whole = spanFate(trials);
  if (whole === undefined) return outsideRow(variant, trials);
  const clean = lostSpans(whole) + whole.residual + whole.late + whole.duplicates === 0;
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
    count(fate.late),
    count(fate.duplicates),
    { text: reasons(fate), ...(fate.residual > 0 ? { tone: "bad" as const } : {}) },
  ];
}

function count(value: number): Cell {
  return { text: countText(value), value };
}

function reasons(fate: SpanFate): string {
  const told = fate.lost.map(({ cause, spans }) => `${cause} ${countText(spans)}`);
  if (fate.residual > 0) told.unshift(`UNEXPLAINED ${countText(fate.residual)}`);
  if (fate.keptLocally > 0) told.push("kept in the process: the exporter sends to no backend");
  return told.join(", ") || NO_REASON;
}

/** A service that brings its own SDK: only what arrived is known. */
function outsideRow(variant: ShownVariant, trials: readonly TrialRecord[]): Cell[][] {
  const outside = trials.flatMap((trial) => trial.outside ?? []);
  if (outside.length === 0) return [];
  const received = outside.reduce((total, seen) => total + seen.received, 0);
  const duplicates = outside.reduce((total, seen) => total + seen.duplicates, 0);
  const unknown: Cell = { text: "unknown", tone: "doubtful" };
  const why: Cell = { text: "its own SDK: known from outside only" };
  return [
    [
      { text: variant.label },
      { text: ALL },
      unknown,
      unknown,
      count(received),
      unknown,
      unknown,
      count(duplicates),
      why,
    ],
  ];
}
