import { phaseSchema, type Phase } from "../../plan/trial.ts";
import { countText, percentText } from "../format.ts";
import type { Cell, Table } from "../report.ts";
import type { Run, ShownVariant } from "../run.ts";
import { lostSpans, sampledSpans, spanFate, type SpanFate } from "../span-fate.ts";

const ALL = "all";
const NOTHING = "–";
const UNKNOWN: Cell = { text: "unknown", tone: "doubtful" };

/** A column that is left out if every row has its usual text. */
const USUAL: Readonly<Record<string, string>> = { phase: ALL, why: NOTHING, late: "0", twice: "0" };
const TITLES = ["variant", "phase", "started", "sampled", "received", "lost", "late", "twice", "why"];
const WORDS = new Set(["variant", "phase", "why"]);

const NOTES: Readonly<Record<string, string>> = {
  late: "late: received after the SDK had given them up, for example after its time-out.",
  twice: "twice: received more than once and counted once, for example after a retry.",
};
const CONCURRENCY_LIMIT =
  "concurrency limit: the SDK's OTLP exporter refuses an export while 30 are under way. Raise it with --exporter …:concurrency=1000.";

/** The ledger: one row a variant, or one for each phase if it lost spans. */
export function spansTable(run: Run): Table[] {
  const rows = run.variants.flatMap((variant) => rowsOf(run, variant));
  if (rows.length === 0) return [];
  const isShown = (_: unknown, at: number): boolean => {
    const usual = USUAL[TITLES[at]!];
    return usual === undefined || rows.some((row) => row[at]!.text !== usual);
  };
  const columns = TITLES.map((title) => ({ title, numeric: !WORDS.has(title) })).filter(isShown);
  const reasons = rows.map((row) => row.at(-1)!);
  const notes = [
    ...(reasons.some(({ tone }) => tone === "bad")
      ? ["UNEXPLAINED: spans that no cause accounts for, a bug of the harness or of the SDK. The trial is invalid."]
      : []),
    ...columns.flatMap(({ title }) => NOTES[title] ?? []),
    ...(reasons.some(({ text }) => text.includes("concurrency limit")) ? [CONCURRENCY_LIMIT] : []),
  ];
  const about = "Spans over the whole life of the processes, all rounds together: sampled = received + lost.";
  return [
    { id: "spans", title: "Where the spans went", about, columns, rows: rows.map((row) => row.filter(isShown)), notes },
  ];
}

function rowsOf(run: Run, { id, label }: ShownVariant): Cell[][] {
  const trials = run.finished(id);
  const whole = spanFate(trials);
  if (whole === undefined) return outsideRow(run, { id, label });
  const phases = phaseSchema.options.filter((phase) => trials.some(({ trial }) => trial.phase === phase));
  const isClean = lostSpans(whole) + whole.residual + whole.late + whole.duplicates === 0;
  if (isClean || phases.length === 1) return [rowOf(label, phases.length === 1 ? phases[0]! : ALL, whole)];
  return phases.flatMap((phase) => {
    const fate = spanFate(run.finished(id, phase));
    return fate === undefined ? [] : [rowOf(label, phase, fate)];
  });
}

function rowOf(label: string, phase: Phase | typeof ALL, fate: SpanFate): Cell[] {
  const [lost, sampled] = [lostSpans(fate), sampledSpans(fate)];
  const share = lost === 0 ? "" : ` (${percentText(lost / sampled)})`;
  return [
    { text: label },
    { text: phase },
    count(fate.started),
    count(sampled),
    count(fate.received + fate.keptLocally),
    { text: countText(lost) + share, value: lost },
    count(fate.late),
    count(fate.duplicates),
    { text: reasonsOf(fate), ...(fate.residual > 0 && { tone: "bad" as const }) },
  ];
}

function count(value: number): Cell {
  return { text: countText(value), value };
}

function reasonsOf(fate: SpanFate): string {
  const reasons = [
    ...(fate.residual > 0 ? [`UNEXPLAINED ${countText(fate.residual)}`] : []),
    ...fate.lost.map(({ cause, spans }) => `${cause} ${countText(spans)}`),
    ...(fate.keptLocally > 0 ? ["kept in the process: the exporter sends to no sink"] : []),
  ];
  return reasons.join(", ") || NOTHING;
}

/** A target that brings its own SDK: only what arrived is known. */
function outsideRow(run: Run, { id, label }: Pick<ShownVariant, "id" | "label">): Cell[][] {
  const outside = run.finished(id).flatMap((trial) => trial.outside ?? []);
  if (outside.length === 0) return [];
  const sum = (pick: (seen: (typeof outside)[number]) => number): Cell =>
    count(outside.reduce((total, seen) => total + pick(seen), 0));
  const [received, duplicates] = [sum((seen) => seen.received), sum((seen) => seen.duplicates)];
  const why = "its own SDK: known from outside only";
  return [[{ text: label }, { text: ALL }, UNKNOWN, UNKNOWN, received, UNKNOWN, UNKNOWN, duplicates, { text: why }]];
}
