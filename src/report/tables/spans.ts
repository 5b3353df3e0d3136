import { total } from "../../base/sum-of.ts";
import { phaseSchema, type Phase } from "../../spec/phases.ts";
import { countText, percentText } from "../format.ts";
import type { Cell, Table } from "../report.ts";
import type { Run, ShownVariant } from "../run.ts";
import { countCell, figures, NONE, shownTable, UNKNOWN, words } from "./table.ts";
import { lostSpans, sampledSpans, spanFate, type SpanFate } from "../span-fate.ts";
import { lostInCollector } from "../../record/collector-ledger.ts";
import type { TrialRecord } from "../../record/trial-record.ts";

interface SpanColumn {
  readonly title: string;
  /** If every row has this text, the column is left out. */
  readonly usual?: string;
  readonly note?: string;
}

const COLUMNS: readonly SpanColumn[] = [
  { title: "variant" },
  { title: "started" },
  { title: "sampled" },
  {
    title: "sampled out",
    usual: "0",
    note: "sampled out by the Collector: sampled by the SDK, and dropped by the Collector's policy, which is no loss.",
  },
  { title: "received" },
  { title: "lost" },
  {
    title: "late",
    usual: "0",
    note: "late: received after the SDK had given them up, for example after its time-out.",
  },
  { title: "twice", usual: "0", note: "twice: received more than once and counted once, for example after a retry." },
  { title: "why", usual: NONE.text },
];
const CONCURRENCY_LIMIT =
  "concurrency limit: the SDK's OTLP exporter refuses an export while 30 are under way. Raise it with --exporter …:concurrency=1000.";

/** The ledger, one row a variant. */
export function spansTable(run: Run): Table[] {
  const rows = run.variants.flatMap((variant) => rowsOf(run, variant));
  const isShown = COLUMNS.map(({ usual }, at) => usual === undefined || rows.some((row) => row[at]!.text !== usual));
  const shown = COLUMNS.filter((_, at) => isShown[at]);
  const isLimited = rows.some((row) => row.at(-1)!.text.includes("concurrency limit"));
  return shownTable({
    id: "spans",
    title: "Where the spans went",
    about:
      "Spans over the whole life of the processes, in the valid trials of all rounds and phases: sampled by the SDK = sampled out + received + lost.",
    columns: shown.map(({ title }) => (title === "variant" || title === "why" ? words(title) : figures(title))),
    rows: rows.map((row) => row.filter((_, at) => isShown[at])),
    notes: [...shown.flatMap(({ note }) => note ?? []), ...(isLimited ? [CONCURRENCY_LIMIT] : [])],
  });
}

function rowsOf(run: Run, { id, label, variant }: ShownVariant): Cell[][] {
  const trials = run.usable(id);
  const fate = spanFate(trials);
  if (fate === undefined) return outsideRow(run, { id, label, variant });
  const reasons = phaseSchema.options.flatMap((phase) => reasonsOf(phase, spanFate(run.usable(id, phase))));
  if (fate.isBySdk) {
    const phases = [...new Set(trials.flatMap(({ trial, ledger }) => (ledger ? [trial.phase] : [])))];
    reasons.push(`by the SDK's own metrics, phase ${phases.join(", ")}; residual ${countText(fate.sdkResidual)}`);
  }
  if (fate.keptLocally > 0) reasons.push("kept in the process: the exporter sends to no sink");
  return [
    [
      { text: label },
      countCell(fate.started),
      countCell(sampledSpans(fate)),
      countCell(fate.sampledOut),
      countCell(fate.received + fate.keptLocally),
      countCell(lostSpans(fate)),
      countCell(fate.late),
      countCell(fate.duplicates),
      { text: reasons.join("; ") || NONE.text },
    ],
  ];
}

/** `capacity: queue full 1,440 of 14,400 (10 %)`: of those sampled in that phase, since the row is of all phases. */
function reasonsOf(phase: Phase, fate: SpanFate | undefined): string[] {
  if (fate === undefined) return [];
  const sampled = sampledSpans(fate);
  const reasons = fate.lost.map(
    ({ cause, spans }) => `${cause} ${countText(spans)} of ${countText(sampled)} (${percentText(spans / sampled)})`,
  );
  return reasons.length === 0 ? [] : [`${phase}: ${reasons.join(", ")}`];
}

/** A target that brings its own SDK: only what arrived is known. */
function outsideRow(run: Run, { id, label, variant }: Pick<ShownVariant, "id" | "label" | "variant">): Cell[][] {
  const outside = run.usable(id).flatMap((trial) => trial.outside ?? []);
  if (outside.length === 0) return [];
  const sum = (pick: (seen: (typeof outside)[number]) => number): Cell => countCell(total(outside, pick));
  const [received, duplicates] = [sum((seen) => seen.received), sum((seen) => seen.duplicates)];
  const out = variant.collector === undefined ? countCell(0) : UNKNOWN;
  const why = "its own SDK: known from outside only";
  return [[{ text: label }, UNKNOWN, UNKNOWN, out, received, UNKNOWN, UNKNOWN, duplicates, { text: why }]];
}

/** Undefined: unknown. */
type Count = (trial: TrialRecord) => number | undefined;

const COUNTS: Readonly<Record<string, Count>> = {
  exported: ({ ledger }) => ledger?.exported,
  accepted: ({ ledger }) => ledger?.collector?.accepted,
  refused: ({ ledger }) => ledger?.collector?.refused,
  "sampled out": ({ ledger }) => ledger?.collector?.sampledOut,
  lost: ({ ledger }) => ledger?.collector && lostInCollector(ledger.collector),
  received: ({ ledger }) => ledger?.received,
};
const STORED: Count = ({ ledger }) => ledger?.collector?.stored;

/** What the Collectors did with what the SDK exported, one row a variant. */
export function collectorTable(run: Run): Table[] {
  const rows = run.variants
    .map(({ id, label }) => ({ label, trials: run.usable(id).filter(({ ledger }) => ledger?.collector !== undefined) }))
    .filter(({ trials }) => trials.length > 0);
  const isStored = rows.some(({ trials }) => trials.some((trial) => STORED(trial) !== undefined));
  const columns = Object.entries({ ...COUNTS, ...(isStored && { stored: STORED }) });
  return shownTable({
    id: "collector",
    title: "Through the Collector",
    about:
      "Spans, all rounds and phases together. Refused: answered with an error, counted each time they were sent. The causes of what was lost are in the table above.",
    columns: [words("variant"), ...columns.map(([title]) => figures(title))],
    rows: rows.map(({ label, trials }): Cell[] => [
      { text: label },
      ...columns.map(([, of]) => countCell(sumOf(trials, of))),
    ]),
  });
}

/** One that is unknown makes the sum unknown. */
function sumOf(trials: readonly TrialRecord[], of: Count): number | undefined {
  return trials.map(of).reduce((sum, count) => (sum === undefined || count === undefined ? undefined : sum + count), 0);
}
