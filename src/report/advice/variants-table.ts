import type { Advice } from "../../estimate/advise/advise.ts";
import { isWithinLimits } from "../../estimate/advise/advise.ts";
import { keptOf, type Candidate, type Lack } from "../../estimate/advise/candidate.ts";
import type { FigureName } from "../../estimate/advise/figures.ts";
import { isByCollector } from "../../estimate/advise/deployment.ts";
import type { Assessed } from "../../estimate/advise/limits.ts";
import { CONFIDENCE } from "../../estimate/estimate.ts";
import { binomialInterval } from "../../estimate/statistics/proportion.ts";
import { MIN_ROUNDS } from "../../estimate/verdict.ts";
import { differenceText, figureText, shareOfText, shareText, withDoubt } from "../format.ts";
import type { Cell, Table } from "../report.ts";
import { figureCell, figures, shownTable, words } from "../tables/table.ts";
import { rankText } from "./choice-words.ts";
import { shortText } from "./limit-words.ts";

interface LackText {
  /** In the table. */
  readonly cell: string;
  /** The sentence that is printed once. */
  readonly why: string;
}

const LACKS: Readonly<Record<Exclude<Lack, "none seen">, LackText>> = {
  always_on: {
    cell: "no cost of always_on",
    why: "services run always_on beside a Collector, and that was not measured (leave --no-reference out)",
  },
  cost: { cell: "no cost", why: "CPU has no valid trials against none (phase cost)" },
  rounds: {
    cell: "too few rounds",
    why: `CPU has valid trials in fewer than ${MIN_ROUNDS} rounds (measure again with more --rounds, on a quiet machine)`,
  },
  kept: {
    cell: "kept unknown",
    why: "what is kept was not measured: it takes an exporter that sends to the sink, and request ids on spans",
  },
  traces: { cell: "keeps no trace", why: "no trace is kept" },
  instrumentation: {
    cell: "other instrumentations",
    why: "what fewer instrumentations save is spans, so only variants with the target's own are considered (those measured without --instrumentation)",
  },
  callers: {
    cell: "kept unknown at other loads",
    why: "kept is what callers sampled and a limited rate of the rest, and what that is at another load is unknown",
  },
};

/** Why a variant cannot be recommended; undefined if nothing is lacking. */
export function lackText({ lack, figures }: Candidate): LackText | undefined {
  if (lack !== "none seen") return lack && LACKS[lack];
  const none = keptOf(figures)!;
  const { high = none.noneOf && binomialInterval(0, none.noneOf, CONFIDENCE).high } = none;
  const kept = { ...none, high };
  const of = figures.tracesKept === undefined ? "failed requests" : "traces";
  return {
    cell: `${shareText(kept)} kept`,
    why: `${shareOfText(kept, of)} kept, too few to know what it keeps (measure again with a longer --duration)`,
  };
}

const COLUMNS: readonly (readonly [name: FigureName, title: string, unit?: string])[] = [
  ["cpuUs", "CPU added", "µs/request"],
  ["collectorCpuUs", "Collector CPU", "µs/request"],
  ["failedKept", "failed kept"],
  ["slowKept", "slowest 1 % kept"],
  ["tracesKept", "traces kept"],
  ["storedSpans", "spans stored", "/request"],
];

const BY_COLLECTOR =
  "† services run always_on, and a Collector decides: the cost is that of always_on, and the shares are of what it delivers.";

/** Every traced variant with its figures, and why it was chosen or not. */
export function variantsTable(advice: Advice): Table[] {
  const { assessed, chosen } = advice;
  const shown = COLUMNS.filter(([name]) => assessed.some(({ candidate }) => candidate.figures[name] !== undefined));
  const isCompared = assessed.some(({ beyondChoice }) => beyondChoice !== undefined);
  const rows = assessed.map((one): Cell[] => [
    { text: `${one.candidate.variant.id}${isByCollector(one.candidate.variant) ? "†" : ""}` },
    ...shown.map(([name]) => figureCell(one.candidate.figures[name], name.endsWith("Kept") ? shareText : figureText)),
    ...(isCompared ? [figureCell(one.beyondChoice, (us) => withDoubt(differenceText(us), us))] : []),
    outcomeCell(one, advice),
  ]);
  return shownTable({
    id: "advice",
    title: "Variants",
    about:
      "Every variant with tracing, and why it was chosen or not. A difference that intervals do not show decides nothing.",
    columns: [
      words("variant"),
      ...shown.map(([, title, unit]) => figures(title, unit)),
      ...(isCompared ? [figures("beyond the choice", "µs")] : []),
      words("result"),
    ],
    rows,
    notes: [
      ...byCollectorNotes(assessed.map(({ candidate }) => candidate).filter(({ variant }) => isByCollector(variant))),
      // without a choice the reasons say it
      ...new Set(
        (chosen === undefined ? [] : assessed).flatMap(({ candidate }) => {
          const lack = lackText(candidate);
          return lack === undefined ? [] : [`${lack.cell}: ${lack.why}.`];
        }),
      ),
    ],
  });
}

/** Where the CPU of a Collector is from that decides in production. */
function byCollectorNotes(candidates: readonly Candidate[]): string[] {
  const measured = candidates.flatMap(({ variant, byCollector }) =>
    byCollector === undefined ? [] : [`that of ${variant.id} as ${byCollector.id}`],
  );
  const not = candidates.flatMap(({ variant, byCollector }) => (byCollector === undefined ? [variant.id] : []));
  return [
    ...(candidates.length > 0 ? [BY_COLLECTOR] : []),
    ...(measured.length > 0
      ? [`CPU of the Collector was measured behind the same policies: ${measured.join("; ")}.`]
      : []),
    ...(not.length > 0 ? [`What the Collector costs was not measured: ${not.join("; ")}.`] : []),
  ];
}

function outcomeCell(one: Assessed, { chosen }: Advice): Cell {
  if (one === chosen) return { text: "recommended", tone: "good" };
  const lack = lackText(one.candidate);
  if (lack !== undefined) return { text: lack.cell, tone: "doubtful" };
  if (isWithinLimits(one)) return { text: rankText(one, chosen!) };
  const text = one.standings
    .map(shortText)
    .filter((each) => each !== "")
    .join(", ");
  return { text, tone: one.standings.some(({ state }) => state === "missed") ? "bad" : "doubtful" };
}
