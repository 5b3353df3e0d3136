import type { Advice } from "../../estimate/advise/advise.ts";
import { isByCollector } from "../../estimate/advise/deployment.ts";
import type { Assessed } from "../../estimate/advise/limits.ts";
import type { Results } from "../../record/results.ts";
import { figureText, shareText } from "../format.ts";
import type { Fact, Table } from "../report.ts";
import { caveatsOf } from "./caveats.ts";
import { factsOf } from "./facts.ts";
import { standingText } from "./limit-words.ts";
import { LACK_TEXTS, variantsTable } from "./variants-table.ts";

/** Configuration to paste, and where it goes. */
export interface Paste {
  readonly title: string;
  readonly language: "sh" | "yaml";
  readonly text: string;
}

/** One page of advice: worded, not laid out. */
export interface AdvicePage {
  /** `missed`: every variant misses a limit. `unsettled`: nothing is proved. */
  readonly outcome: "chosen" | "missed" | "unsettled";
  readonly title: string;
  /** Settings and cost. */
  readonly facts: readonly Fact[];
  readonly reasons: readonly string[];
  readonly pastes: readonly Paste[];
  readonly caveats: readonly string[];
  readonly variants: Table;
}

interface Extras {
  readonly pastes: readonly Paste[];
  /** What no paste expresses, a sentence each. */
  readonly gaps: readonly string[];
}

/** Pure. */
export function buildAdvicePage(results: Results, advice: Advice, { pastes, gaps }: Extras): AdvicePage {
  const { chosen } = advice;
  return {
    outcome: outcomeOf(advice),
    title: chosen === undefined ? noChoiceTitle(advice) : choiceTitle(chosen),
    facts: factsOf(advice),
    reasons: chosen === undefined ? obstaclesOf(advice) : reasonsOf(chosen, advice),
    pastes,
    caveats: [...gaps, ...caveatsOf(results, advice)],
    variants: variantsTable(advice),
  };
}

function outcomeOf({ chosen, assessed }: Advice): AdvicePage["outcome"] {
  if (chosen !== undefined) return "chosen";
  const complete = assessed.filter(({ lack }) => lack === undefined);
  return complete.length > 0 && complete.every(isMissing) ? "missed" : "unsettled";
}

function isMissing({ standings }: Assessed): boolean {
  return standings.some(({ state }) => state === "missed");
}

function choiceTitle({ candidate }: Assessed): string {
  const { cpuUs, failedKept, tracesKept } = candidate.figures;
  const where = isByCollector(candidate.variant) ? " in a Collector, and always_on in the services" : "";
  const kept =
    failedKept === undefined
      ? `${shareText(tracesKept!)} of all traces`
      : `${shareText(failedKept)} of failed requests`;
  return `Use ${candidate.variant.id}${where}: it adds ${figureText(cpuUs!)} µs CPU to a request and keeps ${kept}.`;
}

function reasonsOf({ candidate, standings }: Assessed, { front }: Advice): string[] {
  const isOnFront = front.has(candidate);
  return [
    "Of the variants within the limits and on their Pareto front, it keeps the most failed and slow requests, then the most traces, at the least cost.",
    ...standings.map((standing) => `${standingText(standing)}.`),
    ...(isOnFront ? [] : ["A variant outside the limits is better than it on the front of all variants."]),
  ];
}

function noChoiceTitle({ assessed }: Advice): string {
  if (assessed.length === 0) return "No advice: the file has no figures of a variant with tracing.";
  const complete = assessed.filter(({ lack }) => lack === undefined);
  if (complete.length === 0) return "No advice: no variant has the figures that a recommendation needs.";
  return complete.every(isMissing)
    ? "No variant is within the limits."
    : "Not settled: no variant is proved to be within the limits.";
}

/** What stands in the way of each variant, and what to measure. */
function obstaclesOf({ assessed, wishes }: Advice): string[] {
  const ofVariants = assessed.map(({ candidate, lack, standings }) => {
    const open = standings.filter(({ state }) => state !== "met").map(standingText);
    return `${candidate.variant.id}: ${lack === undefined ? open.join("; ") : LACK_TEXTS[lack]}.`;
  });
  return [...ofVariants, ...floorOf({ assessed, wishes }), ...fixesOf(assessed)];
}

/** What tracing costs that keeps nothing, if CPU is the limit. */
function floorOf({ assessed, wishes }: Pick<Advice, "assessed" | "wishes">): string[] {
  const { maxCpuShare, maxCpuUs, maxCores } = wishes.limits;
  if (maxCpuShare === undefined && maxCpuUs === undefined && maxCores === undefined) return [];
  const empty = assessed.find(({ lack }) => lack === "traces");
  const cpuUs = empty?.candidate.figures.cpuUs;
  if (empty === undefined || cpuUs === undefined) {
    return ["--sampler always_off measures what instrumentation and SDK cost with any sampler."];
  }
  return [
    `${empty.candidate.variant.id} keeps nothing and adds ${figureText(cpuUs)} µs: no sampler costs less than that.`,
  ];
}

function fixesOf(assessed: readonly Assessed[]): string[] {
  const lacks = new Set(assessed.map(({ lack }) => lack));
  return [
    ...(lacks.has("cost") ? ["CPU needs valid trials of the phase cost, with none beside the variant."] : []),
    ...(lacks.has("rounds") ? ["Measure more rounds (--rounds), or continue an interrupted run (--resume)."] : []),
    ...(lacks.has("always_on") ? ["Measure always_on too: leave --no-reference out."] : []),
    ...(lacks.has("kept") ? ["What is kept needs an exporter that sends to the sink, and request ids on spans."] : []),
  ];
}
