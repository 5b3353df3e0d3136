/**
 * The report of a run as data: everything worded, rounded and chosen, nothing laid out.
 * Reporters only lay out what is here.
 */
import type { Estimate } from "../estimate/estimate.ts";
import type { Environment } from "../record/results.ts";
import type { Phase } from "../plan/trial.ts";
import type { TrialRecord } from "../record/trial-record.ts";
import type { SpanFate } from "./spans.ts";

/** `good` and `bad` colour a verdict; `doubtful` marks what no interval or no valid trial backs. */
export type Tone = "good" | "bad" | "doubtful";

export interface Cell {
  readonly text: string;
  /** What to sort by, where that is a number. */
  readonly value?: number;
  readonly tone?: Tone;
}

export interface Column {
  readonly title: string;
  readonly unit?: string;
  readonly numeric: boolean;
}

export interface Table {
  readonly id: string;
  readonly title: string;
  /** One sentence: what was done to get these figures. */
  readonly about: string;
  readonly columns: readonly Column[];
  /** One cell for each column. */
  readonly rows: readonly (readonly Cell[])[];
  /** What the marks in the cells mean. */
  readonly notes: readonly string[];
  /** For those who look closer: the terminal and Markdown name it, the page shows it. */
  readonly isDetail?: boolean;
}

export interface Fact {
  readonly label: string;
  readonly value: string;
}

/** Warnings of one code: each message told once, with the trials or figures that carry it. */
export interface WarningGroup {
  readonly code: string;
  readonly voids: boolean;
  /** How much of the run carries it: `13 of 45 trials, 3 void`, or `4 figures`; absent where it is about all there is. */
  readonly extent?: string;
  readonly cases: readonly { readonly message: string; readonly fix: string; readonly where: readonly string[] }[];
}

/** Points with intervals, one row each: overhead, fidelity. */
export interface IntervalView {
  readonly label: string;
  readonly axis: string;
  readonly points: readonly {
    readonly label: string;
    readonly center: number;
    readonly low?: number;
    readonly high?: number;
    readonly text: string;
  }[];
}

/** Latency over percentiles; each point is [percentile 0–100, ms]. */
export interface PercentileView {
  readonly label: string;
  readonly series: readonly { readonly label: string; readonly points: readonly (readonly [number, number])[] }[];
}

/** Spans by where they went; `values` are spans, one for each of `parts`. */
export interface StackView {
  readonly label: string;
  readonly parts: readonly string[];
  readonly bars: readonly { readonly label: string; readonly values: readonly number[] }[];
}

/** Cost on x, what is kept on y; the front joins those that no other beats on both. */
export interface FrontView {
  readonly label: string;
  readonly xAxis: string;
  readonly yAxis: string;
  readonly points: readonly {
    readonly label: string;
    readonly x: number;
    readonly y: number;
    readonly xRange?: readonly [number, number];
    readonly yRange?: readonly [number, number];
    readonly onFront: boolean;
    readonly text: string;
  }[];
}

/** A figure over runs, a line a variant; `run` is the position in `runs`. */
export interface TrendView {
  readonly label: string;
  readonly yAxis: string;
  /** Commit and date of each, oldest first. */
  readonly runs: readonly string[];
  readonly lines: readonly {
    readonly label: string;
    readonly points: readonly {
      readonly run: number;
      readonly y: number;
      readonly yRange?: readonly [number, number];
      readonly text: string;
    }[];
    /** Where the figure changed for good, at the first run after it. */
    readonly changes: readonly { readonly run: number; readonly y: number; readonly text: string }[];
  }[];
}

interface ChartOf<Kind extends string, View> {
  readonly kind: Kind;
  readonly id: string;
  readonly title: string;
  /** What to look for, and how to read it. */
  readonly about: string;
  /** More than one: the reader switches between them. */
  readonly views: readonly View[];
}

export type Chart =
  | ChartOf<"intervals", IntervalView>
  | ChartOf<"percentiles", PercentileView>
  | ChartOf<"stacks", StackView>
  | ChartOf<"front", FrontView>
  | ChartOf<"trend", TrendView>;

export interface Report {
  /** The answer in a sentence. */
  readonly title: string;
  /** What keeps the answer from being one: no interval, failed trials, spans unaccounted for. */
  readonly caveats: readonly string[];
  readonly environment: Environment;
  /** What is the same for every row of every table. */
  readonly constants: readonly Fact[];
  readonly tables: readonly Table[];
  readonly charts: readonly Chart[];
  readonly warnings: readonly WarningGroup[];
  /** How it was measured, a sentence each. */
  readonly method: readonly string[];
  /** Machine and software, for the record. */
  readonly setting: readonly Fact[];
  /** Every figure, for reporters that print them all. */
  readonly estimates: readonly Estimate[];
  /** The ledgers of each variant's finished trials, by phase. `variant` is the canonical name. */
  readonly spans: readonly { readonly phase: Phase; readonly variant: string; readonly fate: SpanFate }[];
  readonly trials: { readonly planned: number; readonly endings: Readonly<Record<TrialRecord["ending"], number>> };
}
