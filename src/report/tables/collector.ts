import type { Ledger } from "../../record/ledger.ts";
import { lostInCollector, type CollectorLedger } from "../../record/collector-ledger.ts";
import { countText } from "../format.ts";
import type { Cell, Table } from "../report.ts";
import type { Run } from "../run.ts";

type Through = Ledger & { readonly collector: CollectorLedger };

interface Row {
  readonly title: string;
  /** Undefined: unknown, or there is none. */
  readonly of: (ledger: Through) => number | undefined;
  /** Left out if no variant has one. */
  readonly isOptional?: true;
}

const COLUMNS: readonly Row[] = [
  { title: "exported", of: ({ exported }) => exported },
  { title: "accepted", of: ({ collector }) => collector.accepted },
  { title: "refused", of: ({ collector }) => collector.refused },
  { title: "sampled out", of: ({ collector }) => collector.sampledOut },
  { title: "lost", of: ({ collector }) => lostInCollector(collector) },
  { title: "received", of: ({ received }) => received },
  { title: "stored", of: ({ collector }) => collector.stored, isOptional: true },
];
const UNKNOWN: Cell = { text: "unknown", tone: "doubtful" };

/** What the Collectors did with what the SDK exported, one row a variant. */
export function collectorTable(run: Run): Table[] {
  const rows = run.variants.flatMap(({ id, label }) => {
    const ledgers = run
      .usable(id)
      .flatMap(({ ledger }) => (ledger?.collector === undefined ? [] : [ledger as Through]));
    return ledgers.length === 0 ? [] : [{ label, ledgers }];
  });
  if (rows.length === 0) return [];
  const columns = COLUMNS.filter(
    ({ of, isOptional }) =>
      isOptional !== true || rows.some(({ ledgers }) => ledgers.some((one) => of(one) !== undefined)),
  );
  return [
    {
      id: "collector",
      title: "Through the Collector",
      about:
        "Spans, all rounds and phases together. Refused: answered with an error, counted each time they were sent. The causes of what was lost are in the table above.",
      columns: [{ title: "variant", numeric: false }, ...columns.map(({ title }) => ({ title, numeric: true }))],
      rows: rows.map(({ label, ledgers }) => [{ text: label }, ...columns.map(({ of }) => cellOf(ledgers.map(of)))]),
      notes: [],
    },
  ];
}

/** One that is unknown makes the sum unknown. */
function cellOf(counts: readonly (number | undefined)[]): Cell {
  const known = counts.filter((count) => count !== undefined);
  if (known.length < counts.length) return UNKNOWN;
  const value = known.reduce((sum, count) => sum + count, 0);
  return { text: countText(value), value };
}
