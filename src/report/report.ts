/** The report of a run as data: everything worded, rounded and chosen. Reporters only lay it out. */
import type { Estimate } from "../estimate/estimate.ts";
import type { Phase } from "../spec/phases.ts";
import type { Environment } from "../record/results.ts";
import type { Call } from "../record/calls.ts";
import type { TrialRecord } from "../record/trial-record.ts";
import type { SpanFate } from "./span-fate.ts";

/** `good` and `bad` colour a verdict; `doubtful` marks a figure without an interval or a valid trial. */
export type Tone = "good" | "bad" | "doubtful";

export interface Cell {
  readonly text: string;
  readonly value?: number | undefined;
  readonly tone?: Tone | undefined;
  /** The estimate that the cell shows; its warnings are the report's. */
  readonly estimate?: Estimate;
}

export interface Column {
  readonly title: string;
  readonly unit?: string | undefined;
  readonly numeric: boolean;
}

/** `CPU added (µs)`. */
export function headText({ title, unit }: Column): string {
  return unit === undefined ? title : `${title} (${unit})`;
}

export interface Table {
  readonly id: string;
  readonly title: string;
  /** One sentence: how the figures were measured. */
  readonly about: string;
  readonly columns: readonly Column[];
  /** One cell for each column. Without rows, the notes give the reason. */
  readonly rows: readonly (readonly Cell[])[];
  readonly notes: readonly string[];
  /** Text to paste, in place of rows. */
  readonly code?: { readonly language: "sh" | "yaml"; readonly text: string };
  /** Shown on the page and with `--verbose`. */
  readonly isDetail?: boolean;
}

/** Each note once, at the first of the tables that has it. */
export function withNotesOnce(tables: readonly Table[]): Table[] {
  const seen = new Set<string>();
  return tables.map((table) => {
    const notes = table.notes.filter((note) => !seen.has(note));
    for (const note of notes) seen.add(note);
    return { ...table, notes };
  });
}

export interface Fact {
  readonly label: string;
  readonly value: string;
}

/** The warnings of one code. */
export interface WarningGroup {
  readonly code: string;
  readonly invalidates: boolean;
  /** `13 of 45 trials, 3 invalid`, or `4 figures`. */
  readonly extent: string;
  /** The commonest first. */
  readonly cases: readonly {
    readonly message: string;
    readonly fix: string;
    readonly places: readonly string[];
    /** Trials, or figures. */
    readonly count: number;
  }[];
}

type Range = readonly [low: number, high: number];

/** `front`: cost on x, what is kept on y. `percentiles`: ms over percentiles, 0 to 100. `trend`: a figure over `steps`. */
export interface Chart {
  readonly kind: "front" | "percentiles" | "trend";
  readonly id: string;
  readonly title: string;
  /** What to look for, and how to read it. */
  readonly about: string;
  readonly xAxis: string;
  readonly yAxis: string;
  /** Of a trend, the names of x from 0 on: commit and date of each run, oldest first; or the labels of the variants. */
  readonly steps?: readonly string[];
  readonly series: readonly {
    /** It is drawn in the colour of this variant. */
    readonly variant: string;
    readonly label: string;
    /** Not on the front; in the order of cost: without an interval. */
    readonly isHollow?: boolean;
    readonly points: readonly {
      readonly x: number;
      readonly y: number;
      readonly xRange?: Range | undefined;
      readonly yRange?: Range | undefined;
    }[];
  }[];
}

/** The interval as a chart draws it. */
export function rangeOf(
  { low, high }: { readonly low?: number | undefined; readonly high?: number | undefined },
  scaled = (value: number): number => value,
): Range | undefined {
  return low === undefined || high === undefined ? undefined : [scaled(low), scaled(high)];
}

/** What a request of a variant takes, by function and caller. */
export interface Flame {
  readonly variant: string;
  readonly label: string;
  /** µs of a request in all, with the interval; undefined if unknown. */
  readonly total?: string;
  /** µs per request. */
  readonly calls: readonly Call[];
}

/** An estimate with the word that the tables have for its verdict. */
export type ReportedEstimate = Omit<Estimate, "verdict"> & { readonly verdict?: string | undefined };

export interface Report {
  /** The answer. */
  readonly title: string;
  /** What weakens the answer: failed trials, spans that are unaccounted for, an interrupted run. */
  readonly caveats: readonly string[];
  readonly environment: Environment;
  /** What is the same for every row of every table. */
  readonly constants: readonly Fact[];
  readonly tables: readonly Table[];
  readonly charts: readonly Chart[];
  /** Of the variants that were profiled. */
  readonly flames?: readonly Flame[];
  readonly warnings: readonly WarningGroup[];
  /** How it was measured, one sentence each. */
  readonly method: readonly string[];
  /** Machine and software. */
  readonly setting: readonly Fact[];
  readonly estimates: readonly ReportedEstimate[];
  /** What was measured: the file's name apart, what it is known by. */
  readonly run: { readonly scenario: string; readonly target: string };
  /** The ledgers of each variant's valid trials, by phase. */
  readonly spans: readonly { readonly phase: Phase; readonly variant: string; readonly fate: SpanFate }[];
  readonly trials: {
    readonly planned: number;
    readonly endings: Readonly<Record<TrialRecord["ending"], number>>;
    /** In all trials: the ones that have some are invalid. */
    readonly unexplainedSpans: number | undefined;
  };
}

/** What a page shows of it. */
export type ReportPage = Omit<Report, "estimates" | "run" | "spans" | "trials">;

/** What every layout shows; a page of another kind than a run's has nothing else. */
export type Page = Pick<Report, "title" | "caveats" | "constants" | "tables" | "warnings">;
