import type { SimulateOptions } from "../../simulate/simulate-options.ts";
import type { Simulation } from "../../simulate/outcome.ts";
import { figureOf, type Answer, type Minimum } from "./answer.ts";
import type { SimulatedFigure, StrategyOutcome } from "./figures.ts";
import {
  ABOUT_ERRORS,
  AMOUNT,
  ERRORS,
  SEEN,
  fidelityColumn,
  type FidelityColumn,
} from "../../report/fidelity-columns.ts";
import { countText, percentText, plain, shareText } from "../../report/format.ts";
import type { Page, Table } from "../../report/report.ts";

import { figureCell, figures, words } from "../../report/tables/table.ts";

const KEPT: readonly FidelityColumn[] = [
  ...AMOUNT.filter(({ metric }) => metric !== "keptBytes"),
  ...SEEN,
  fidelityColumn("complete", "completeTraces"),
];

/** What a choice rests on; the others are in a table of details. */
const FIRST: ReadonlySet<string> = new Set(["keptTraces", "keptSpans", "errorRecall", "tailRecall"]);

export interface JudgedSimulation extends Pick<Simulation, "recording" | "warnings"> {
  readonly strategies: readonly StrategyOutcome[];
}

/** The result of a simulation as a page of the terminal report. */
export function simulationPage(
  simulation: JudgedSimulation,
  options: SimulateOptions,
  asked?: { readonly answer: Answer; readonly minima: readonly Minimum[] },
): Page {
  const { recording, warnings } = simulation;
  const strategies = asked?.answer.front.filter((one) => keptOf(one) > 0) ?? simulation.strategies;
  const thresholds = asked === undefined ? [] : slowThresholds(simulation.strategies);
  const { trafficPerSecond } = options;
  return {
    title: asked === undefined ? titleOf(simulation) : answerTitle(asked.answer, asked.minima),
    caveats: [
      ...(isTooShort(simulation, options) ? [TOO_SHORT] : []),
      // the answer's doubts name what the recording lacks
      ...(recording.failedTraces === 0 && asked?.answer.isUnanswerable !== true ? [NO_FAILURES] : []),
      ...(asked?.answer.doubts ?? []),
    ],
    constants: [
      { label: "traces", value: countText(recording.traces) },
      { label: "failed", value: countText(recording.failedTraces) },
      { label: "spans", value: countText(recording.spans) },
      { label: "records", value: countText(recording.records) },
      { label: "services", value: countText(recording.services) },
      { label: "recorded over", value: `${plain(recording.lengthMs / 1000)} s` },
      { label: "repetitions", value: String(options.repeat) },
      { label: "seed", value: String(options.seed) },
      ...(asked === undefined ? [] : [{ label: "samplers tried", value: String(simulation.strategies.length) }]),
      ...(thresholds.length > 0 ? [{ label: "slow= tried", value: thresholds.join(", ") }] : []),
    ],
    tables: [
      ...figureTable(
        "kept",
        asked === undefined ? "What is kept" : "The front: nothing else keeps more of what is asked in fewer spans",
        "Shares of the recording; failed and slow traces count if they are kept whole. Brackets: over further traffic of this kind.",
        KEPT.filter(({ metric }) => FIRST.has(metric)),
        strategies,
      ),
      ...volumeTable(strategies, trafficPerSecond),
      ...figureTable(
        "kept-details",
        "What is kept, in detail",
        "Complete: every recorded span is there, those too that a service did not sample.",
        KEPT.filter(({ metric }) => !FIRST.has(metric)),
        strategies,
      ).map(asDetail),
      ...errorsTable(strategies).map(asDetail),
    ],
    warnings: warnings.map(({ code, message, fix }) => ({
      code,
      invalidates: false,
      extent: "the recording",
      cases: [{ message, fix, places: ["recording"], count: 1 }],
    })),
  };
}

const asDetail = (table: Table): Table => ({ ...table, isDetail: true });

const NO_FAILURES = "The recording holds no failed trace: what a sampler keeps of failures is unknown.";
const TOO_SHORT =
  "At this traffic the recording lasts less than 10 s: rate limits still live on their first burst. Use a longer recording.";

/** Samplers without a probability for every trace may depend on the time. */
function isTooShort({ recording, strategies }: JudgedSimulation, { trafficPerSecond }: SimulateOptions): boolean {
  const isLimited = strategies.some(({ fidelity }) => fidelity.asked === undefined);
  return trafficPerSecond !== undefined && recording.traces < 10 * trafficPerSecond && isLimited;
}

function answerTitle({ best, doubts, isUnanswerable }: Answer, minima: readonly Minimum[]): string {
  const asked = minima.map(({ of, share }) => `${percentText(share)} of the ${of}`).join(" and ");
  if (isUnanswerable) return `Unknown what keeps ${asked}.`;
  if (best === undefined) return `No sampler that was tried keeps ${asked}.`;
  const doubt = doubts.length === 0 ? "" : " (not settled)";
  return `${best.sampler} keeps ${asked}${doubt} at the least volume: ${shareText(figureOf(best, "keptSpans")!)} of the spans.`;
}

/** Of the samplers that were tried, as they are written. */
function slowThresholds(strategies: readonly StrategyOutcome[]): string[] {
  return [...new Set(strategies.flatMap(({ sampler }) => /\bslow=([^,)]+)/.exec(sampler)?.[1] ?? []))];
}

function keptOf(strategy: StrategyOutcome): number {
  return figureOf(strategy, "keptSpans")?.center ?? 0;
}

function titleOf({ recording, strategies }: JudgedSimulation): string {
  const metric = recording.failedTraces > 0 ? "errorRecall" : "tailRecall";
  const what = metric === "errorRecall" ? "failed traces" : "slowest 1 % of traces";
  const gainOf = (strategy: StrategyOutcome): number => figureOf(strategy, metric)?.center ?? 0;
  const thrifty = strategies.filter((strategy) => keptOf(strategy) > 0 && keptOf(strategy) < 0.999);
  const [best, ...others] = thrifty.toSorted((a, b) => gainOf(b) - gainOf(a) || keptOf(a) - keptOf(b));
  if (best === undefined) return `${strategies.length} strategies over ${countText(recording.traces)} recorded traces.`;
  const textOf = (strategy: StrategyOutcome): string => {
    const [gain, spans] = [metric, "keptSpans"].map((name) => figureOf(strategy, name));
    return `${gain ? shareText(gain) : "unknown"}, with ${spans ? shareText(spans) : "unknown"} of the spans`;
  };
  const tied = others.filter((other) => !isMore(figureOf(best, metric), figureOf(other, metric)));
  if (tied.length === 0)
    return `Of the strategies that keep less than all, ${best.sampler} keeps the largest share of the ${what}: ${textOf(best)}.`;
  const named = [best, ...tied].slice(0, MOST_NAMED).map((one) => `${one.sampler} ${textOf(one)}`);
  const more = tied.length + 1 - named.length;
  return `Of the strategies that keep less than all, these keep the most of the ${what}, and their intervals overlap: ${named.join("; ")}${more > 0 ? `; and ${more} more` : ""}.`;
}

const MOST_NAMED = 3;

/** Whether the intervals say so. */
function isMore(one: SimulatedFigure | undefined, other: SimulatedFigure | undefined): boolean {
  return one?.low !== undefined && other?.high !== undefined && one.low > other.high;
}

function figureTable(
  id: string,
  title: string,
  about: string,
  columns: readonly FidelityColumn[],
  strategies: readonly StrategyOutcome[],
): Table[] {
  const filled = columns.filter(({ metric }) =>
    strategies.some((strategy) => figureOf(strategy, metric) !== undefined),
  );
  if (filled.length === 0) return [];
  return [
    {
      id,
      title,
      about,
      columns: [words("sampler"), ...filled],
      rows: strategies.map((strategy) => [
        { text: strategy.sampler },
        ...filled.map(({ metric, text }) => figureCell(figureOf(strategy, metric), text)),
      ]),
      notes: [],
    },
  ];
}

/** The estimates, and where their weights come from. */
function errorsTable(strategies: readonly StrategyOutcome[]): Table[] {
  return figureTable("errors", "Estimates from the kept traces", ABOUT_ERRORS, ERRORS, strategies).map((table) => ({
    ...table,
    columns: table.columns.toSpliced(1, 0, words("weight")),
    rows: table.rows.map((row, at) => row.toSpliced(1, 0, { text: weightText(strategies[at]!) })),
  }));
}

function weightText({ fidelity }: StrategyOutcome): string {
  if (fidelity.traces.arrived === 0) return "nothing kept";
  return fidelity.weight === "none" ? "no valid weight" : fidelity.weight;
}

function volumeTable(strategies: readonly StrategyOutcome[], trafficPerSecond: number | undefined): Table[] {
  if (trafficPerSecond === undefined) return [];
  return [
    {
      id: "volume",
      title: `At ${countText(trafficPerSecond)} traces/s`,
      about: "What would be sent; a month has 30 days. The recording stands for the traffic.",
      columns: [words("sampler"), ...["traces/s", "spans/s", "spans/month"].map((title) => figures(title))],
      rows: strategies.map(({ sampler, volume }) => [
        { text: sampler },
        { text: plain(volume?.tracesPerSecond ?? 0) },
        { text: plain(volume?.spansPerSecond ?? 0) },
        { text: plain(volume?.spansPerMonth ?? 0) },
      ]),
      notes: [],
    },
  ];
}
