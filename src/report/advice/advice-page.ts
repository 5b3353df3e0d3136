import { betterButOpen, type Advice } from "../../estimate/advise/advise.ts";
import { isByCollector } from "../../estimate/advise/deployment.ts";
import type { Assessed } from "../../estimate/advise/limits.ts";
import type { Results } from "../../record/results.ts";
import { figureText, shareOfText } from "../format.ts";
import type { Page } from "../report.ts";
import { shownTable, words } from "../tables/table.ts";
import { caveatsOf } from "./caveats.ts";
import { factsOf } from "./facts.ts";
import { standingText } from "./limit-words.ts";
import { lackText, variantsTable } from "./variants-table.ts";

/** Configuration to paste. */
export interface Paste {
  readonly title: string;
  /** Where it goes. */
  readonly about: string;
  readonly language: "sh" | "yaml";
  readonly text: string;
}

/** Advice, worded and not laid out. */
export interface AdvicePage extends Page {
  /** `missed`: every variant misses a limit. `unsettled`: nothing is proved. */
  readonly outcome: "chosen" | "missed" | "unsettled";
}

interface Extras {
  readonly pastes: readonly Paste[];
  /** What no paste expresses, a sentence each. */
  readonly gaps: readonly string[];
}

/** The choice, settings and cost, reasons, configuration and all variants. Pure. */
export function buildAdvicePage(results: Results, advice: Advice, { pastes, gaps }: Extras): AdvicePage {
  const { chosen } = advice;
  const reasons = chosen === undefined ? obstaclesOf(advice) : reasonsOf(chosen, advice);
  return {
    outcome: outcomeOf(advice),
    title: chosen === undefined ? noChoiceTitle(advice) : choiceTitle(chosen),
    caveats: [...gaps, ...caveatsOf(results, advice)],
    constants: [],
    tables: [
      ...shownTable({
        id: "settings",
        title: "Recommended settings and their cost",
        columns: [words("what"), words("value")],
        rows: factsOf(advice).map(({ label, value }) => [{ text: label }, { text: value }]),
      }),
      { ...EMPTY, id: "reasons", title: "Reasons", about: "", notes: reasons },
      ...pastes.map(({ title, about, ...code }) => ({ ...EMPTY, id: "paste", title, about, code })),
      variantsTable(advice),
    ],
    warnings: [],
  };
}

const EMPTY = { columns: [], rows: [], notes: [] };

/** The page and the figures behind it, without records. A value that does not exist is null. */
export function adviceJson({ outcome, title, caveats, tables }: AdvicePage, advice: Advice): string {
  const { chosen, wishes, queue, collector } = advice;
  const variants = advice.assessed.map(({ candidate, projection, standings }) => ({
    variant: candidate.variant.id,
    service: candidate.service?.id ?? null,
    figures: candidate.figures,
    lack: candidate.lack ?? null,
    onFront: advice.front.has(candidate),
    standings,
    projection: projection ?? null,
  }));
  const own = { chosen: chosen?.candidate.variant.id ?? null, wishes, queue: queue ?? null };
  const all = { outcome, title, caveats, tables, ...own, collector: collector ?? null, variants };
  return `${JSON.stringify(all, null, 2)}\n`;
}

function outcomeOf({ chosen, assessed }: Advice): AdvicePage["outcome"] {
  if (chosen !== undefined) return "chosen";
  const complete = assessed.filter(({ candidate }) => candidate.lack === undefined);
  return complete.length > 0 && complete.every(isMissing) ? "missed" : "unsettled";
}

function isMissing({ standings }: Assessed): boolean {
  return standings.some(({ state }) => state === "missed");
}

function choiceTitle({ candidate }: Assessed): string {
  const { cpuUs, failedKept, tracesKept } = candidate.figures;
  const where = isByCollector(candidate.variant) ? " in a Collector, and always_on in the services" : "";
  const kept =
    failedKept === undefined ? shareOfText(tracesKept!, "all traces") : shareOfText(failedKept, "failed requests");
  return `Use ${candidate.variant.id}${where}: it adds ${figureText(cpuUs!)} µs CPU to a request and keeps ${kept}.`;
}

function reasonsOf({ candidate, standings }: Assessed, advice: Advice): string[] {
  const isOnFront = advice.front.has(candidate);
  return [
    "Of the variants within the limits and on their Pareto front, it keeps the most failed and slow requests, then the most traces, at the least cost.",
    ...standings.map((standing) => `${standingText(standing)}.`),
    ...betterButOpen(advice).map(
      (one) => `${one.candidate.variant.id} keeps more, but is not proved to be within the limits: ${openText(one)}.`,
    ),
    ...(isOnFront ? [] : ["A variant outside the limits is better than it on the front of all variants."]),
  ];
}

function noChoiceTitle({ assessed }: Advice): string {
  if (assessed.length === 0) return "No advice: the file has no figures of a variant with tracing.";
  const complete = assessed.filter(({ candidate }) => candidate.lack === undefined);
  if (complete.length === 0) return "No advice: no variant has the figures that a recommendation needs.";
  return complete.every(isMissing)
    ? "No variant is within the limits."
    : "Not settled: no variant is proved to be within the limits.";
}

/** Why variants are not recommended, each reason once. */
function obstaclesOf({ assessed }: Advice): string[] {
  const reasons = Map.groupBy(
    assessed,
    ({ candidate, standings }) => lackText(candidate)?.why ?? openText({ standings }),
  );
  return [...reasons].map(([why, own]) => `${own.map(({ candidate }) => candidate.variant.id).join(", ")}: ${why}.`);
}

function openText({ standings }: Pick<Assessed, "standings">): string {
  return standings
    .filter(({ state }) => state !== "met")
    .map(standingText)
    .join("; ");
}
