import { plain } from "../format.ts";
import type { Estimate } from "../../estimate/estimate.ts";
import type { Cell, Table } from "../report.ts";

/** Every estimate, for those who want to sort and search. */
export function everyFigure(estimates: readonly Estimate[]): Table {
  const titles = [
    "phase",
    "variant",
    "metric",
    "against",
    "unit",
    "estimate",
    "low",
    "high",
    "rounds",
    "verdict",
    "method",
  ];
  const numeric = new Set(["estimate", "low", "high", "rounds"]);
  const number = (value: number | undefined): Cell =>
    value === undefined ? { text: "–" } : { text: plain(value), value };
  return {
    id: "all-figures",
    title: "All figures",
    about: "A figure without low and high has no interval: it was counted, or there were too few rounds.",
    columns: titles.map((title) => ({ title, numeric: numeric.has(title) })),
    rows: estimates.map((estimate) => [
      { text: estimate.phase },
      { text: estimate.variant },
      { text: estimate.metric },
      { text: estimate.against ?? "–" },
      { text: estimate.unit },
      number(estimate.center),
      number(estimate.low),
      number(estimate.high),
      number(estimate.n),
      { text: estimate.verdict ?? "–" },
      { text: estimate.method },
    ]),
    notes: [],
  };
}
