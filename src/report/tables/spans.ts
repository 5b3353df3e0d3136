import { total } from "../../base/sum-of.ts";
import { phaseSchema } from "../../spec/phases.ts";
import { phaseText } from "../phase-sentence.ts";
import { countText, percentText } from "../format.ts";
import type { Cell, Table } from "../report.ts";
import type { Run, ShownVariant } from "../run.ts";
import { countCell, figures, NONE, shownTable, words } from "./table.ts";
import { lostSpans, sampledSpans, spanFate, type SpanFate } from "../span-fate.ts";
import { lostInCollector } from "../../record/collector-ledger.ts";
import type { TrialRecord } from "../../record/trial-record.ts";

interface SpanColumn {
  readonly title: string;
  readonly of: (fate: SpanFate) => number;
  /** It is left out if every row has 0. */
  readonly isRare?: true;
}

const SPANS: readonly SpanColumn[] = [
  { title: "started", of: ({ started }) => started },
  { title: "sampled", of: sampledSpans },
  { title: "sampled out", of: ({ sampledOut }) => sampledOut, isRare: true },
  { title: "received", of: ({ received, keptLocally }) => received + keptLocally },
  { title: "lost", of: lostSpans },
  { title: "late", of: ({ late }) => late, isRare: true },
  { title: "twice", of: ({ duplicates }) => duplicates, isRare: true },
];
const CONCURRENCY_LIMIT =
  "concurrency limit: the SDK's OTLP exporter refuses an export while 30 are under way. Raise it with --exporter …:concurrency=1000.";

interface Row {
  readonly label: string;
  /** One for each column; undefined is unknown. */
  readonly counts: readonly (number | undefined)[];
  readonly why: string;
}

/** The ledger, one row a variant. */
export function spansTable(run: Run): Table[] {
  const rows = run.variants.flatMap((variant) => rowOf(run, variant));
  const isShown = SPANS.map(({ isRare }, at) => isRare !== true || rows.some(({ counts }) => counts[at] !== 0));
  const shown = SPANS.filter((_, at) => isShown[at]);
  const hasReasons = rows.some(({ why }) => why !== "");
  return shownTable({
    id: "spans",
    title: "Where the spans went",
    about:
      "Spans over the whole life of the processes, in the valid trials of all rounds and phases: sampled by the SDK = sampled out + received + lost. Sampled out: dropped by the policy of a Collector, which is no loss. Late: received after the SDK had given them up, for example after its time-out. Twice: received more than once and counted once, for example after a retry.",
    columns: [words("variant"), ...shown.map(({ title }) => figures(title)), ...(hasReasons ? [words("why")] : [])],
    rows: rows.map(({ label, counts, why }) => [
      { text: label },
      ...counts.filter((_, at) => isShown[at]).map(countCell),
      ...(hasReasons ? [{ text: why || NONE.text }] : []),
    ]),
    notes: rows.some(({ why }) => why.includes("concurrency limit")) ? [CONCURRENCY_LIMIT] : [],
  });
}

function rowOf(run: Run, { id, label, variant }: ShownVariant): Row[] {
  const trials = run.usable(id);
  const fate = spanFate(trials);
  if (fate !== undefined)
    return [{ label, counts: SPANS.map(({ of }) => of(fate)), why: reasonsOf(run, id, fate).join("; ") }];
  // a target that brings its own SDK: only what arrived is known
  const outside = trials.flatMap((trial) => trial.outside ?? []);
  if (outside.length === 0) return [];
  const known: Readonly<Record<string, number>> = {
    received: total(outside, ({ received }) => received),
    twice: total(outside, ({ duplicates }) => duplicates),
    ...(variant.collector === undefined && { "sampled out": 0 }),
  };
  return [{ label, counts: SPANS.map(({ title }) => known[title]), why: "its own SDK: known from outside only" }];
}

function reasonsOf(run: Run, id: string, fate: SpanFate): string[] {
  const reasons = phaseSchema.options.flatMap((phase) =>
    lossesIn(phaseText(run.results, phase), spanFate(run.usable(id, phase))),
  );
  const phases = new Set(run.usable(id).flatMap(({ trial, ledger }) => (ledger ? [trial.phase] : [])));
  const own = `by the SDK's own metrics, phase ${[...phases].join(", ")}; residual ${countText(fate.sdkResidual)}`;
  return [
    ...reasons,
    ...(fate.isBySdk ? [own] : []),
    ...(fate.keptLocally > 0 ? ["kept in the process: the exporter sends to no sink"] : []),
  ];
}

/** `capacity: queue full 1,440 of 14,400 (10 %)`: of those sampled in that phase, since the row is of all phases. */
function lossesIn(phase: string, fate: SpanFate | undefined): string[] {
  if (fate === undefined) return [];
  const sampled = sampledSpans(fate);
  const reasons = fate.lost.map(
    ({ cause, spans }) => `${cause} ${countText(spans)} of ${countText(sampled)} (${percentText(spans / sampled)})`,
  );
  return reasons.length === 0 ? [] : [`${phase}: ${reasons.join(", ")}`];
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
