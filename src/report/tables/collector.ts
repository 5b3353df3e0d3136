import { lostInCollector } from "../../record/collector-ledger.ts";
import type { TrialRecord } from "../../record/trial-record.ts";
import type { Cell, Table } from "../report.ts";
import type { Run } from "../run.ts";
import { countCell, figures, shownTable, words } from "./table.ts";

/** Undefined: unknown. */
type Count = (trial: TrialRecord) => number | undefined;

const COLUMNS: Readonly<Record<string, Count>> = {
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
  const columns = Object.entries({ ...COLUMNS, ...(isStored && { stored: STORED }) });
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
