import type { CollectorResources } from "../../record/trial-record.ts";
import { countText, percentText } from "../format.ts";
import type { Cell, Table } from "../report.ts";
import type { Run } from "../run.ts";

interface Tail {
  readonly traces: number;
  readonly droppedEarly: number;
  readonly late: number;
}

/** Undefined without tail_sampling. */
function tailOf({ tailTraces = 0, tracesDroppedEarly = 0, lateArrivals = 0 }: CollectorResources): Tail | undefined {
  if (tailTraces === 0) return undefined;
  return { traces: tailTraces, droppedEarly: tracesDroppedEarly, late: lateArrivals };
}

/** Whether the memory and the wait of the Collectors' tail_sampling were enough, one row a variant. */
export function tailTable(run: Run): Table[] {
  const rows = run.variants.flatMap(({ id, label }): Cell[][] => {
    const tails = run.usable(id).flatMap(({ collector }) => (collector && tailOf(collector)) ?? []);
    if (tails.length === 0) return [];
    const sum = (pick: (tail: Tail) => number): number => tails.reduce((total, tail) => total + pick(tail), 0);
    const traces = sum((tail) => tail.traces);
    const count = (value: number): Cell => ({ text: `${countText(value)} (${percentText(value / traces)})`, value });
    return [
      [
        { text: label },
        { text: countText(traces), value: traces },
        count(sum((tail) => tail.droppedEarly)),
        count(sum((tail) => tail.late)),
      ],
    ];
  });
  if (rows.length === 0) return [];
  return [
    {
      id: "tail",
      title: "Size of tail_sampling",
      about:
        "Traces whose decision by tail_sampling was due, all rounds and phases together. Dropped early: num_traces was too small to hold them for decision_wait. Late: arrivals of spans after the decision on their trace, for each hundred traces.",
      columns: ["variant", "traces", "dropped early", "late"].map((title, at) => ({ title, numeric: at > 0 })),
      rows,
      notes: [],
    },
  ];
}
