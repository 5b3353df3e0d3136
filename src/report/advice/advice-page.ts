import type { Advice } from "../../estimate/advise/advise.ts";
import { hasCollector, isByCollector } from "../../estimate/advise/deployment.ts";
import type { Assessed } from "../../estimate/advise/limits.ts";
import type { Results } from "../../record/results.ts";
import { figureText, shareOfText } from "../format.ts";
import type { Page } from "../report.ts";
import { shownTable, words } from "../tables/table.ts";
import { caveatsOf } from "./caveats.ts";
import { factsOf } from "./facts.ts";
import { betterText, ORDER_OF_CHOICE } from "./choice-words.ts";
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
      ...variantsTable(advice),
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
    standings,
    projection: projection ?? null,
  }));
  const own = { chosen: chosen?.candidate.variant.id ?? null, wishes, queue: queue ?? null };
  const all = { outcome, title, caveats, tables, ...own, collector: collector ?? null, variants };
  return `${JSON.stringify(all, null, 2)}\n`;
}

function outcomeOf({ chosen, assessed }: Advice): AdvicePage["outcome"] {
  if (chosen !== undefined) return "chosen";
  return assessed.some(isMissing) && assessed.every(isRuledOut) ? "missed" : "unsettled";
}

function isMissing({ standings }: Assessed): boolean {
  return standings.some(({ state }) => state === "missed");
}

/** Whether no further measuring makes it a choice. */
function isRuledOut(one: Assessed): boolean {
  return isMissing(one) || one.candidate.lack === "traces";
}

function choiceTitle({ candidate: { variant, figures } }: Assessed): string {
  const { cpuUs, collectorCpuUs, failedKept, tracesKept } = figures;
  const decider = isByCollector(variant) ? " in a Collector, and always_on in the services" : "";
  const collector = collectorCpuUs === undefined ? "an unknown amount" : `${figureText(collectorCpuUs)} µs`;
  const apart = hasCollector(variant) ? ` in the service, ${collector} in the Collector,` : "";
  const kept =
    failedKept === undefined ? shareOfText(tracesKept!, "all traces") : shareOfText(failedKept, "failed requests");
  return `Use ${variant.id}${decider}: it adds ${figureText(cpuUs!)} µs CPU to a request${apart} and keeps ${kept}.`;
}

function reasonsOf({ standings }: Assessed, advice: Advice): string[] {
  return [
    ORDER_OF_CHOICE,
    ...standings.map((standing) => `${standingText(standing, advice.wishes.traffic)}.`),
    ...advice.betterButOpen.map(
      ({ open, on }) =>
        `${open.candidate.variant.id} ${betterText(on)}, but is not proved to be within the limits: ${openText(open, advice)}.`,
    ),
  ];
}

function noChoiceTitle(advice: Advice): string {
  const { assessed, wishes } = advice;
  if (assessed.length === 0) return "No advice: the file has no figures of a variant with tracing.";
  if (outcomeOf(advice) === "missed") return "No variant is within the limits.";
  const possible = assessed.filter((one) => !isRuledOut(one));
  const within = possible.filter(({ standings }) => standings.every(({ state }) => state === "met"));
  if (Object.keys(wishes.limits).length === 0 || possible.length === 0)
    return "No advice: no variant has the figures that a recommendation needs.";
  return within.length > 0
    ? `Not settled: within the limits, but lacking a figure: ${within.map(({ candidate }) => `${candidate.variant.id} (${lackText(candidate)!.cell})`).join("; ")}.`
    : `Not settled: the limits are not proved for ${possible.map(({ candidate }) => candidate.variant.id).join("; ")}.`;
}

/** Why variants are not recommended, each reason once. */
function obstaclesOf(advice: Advice): string[] {
  const reasons = Map.groupBy(advice.assessed, (one) =>
    [lackText(one.candidate)?.why ?? "", openText(one, advice)].filter((text) => text !== "").join("; "),
  );
  return [...reasons].map(([why, own]) => `${own.map(({ candidate }) => candidate.variant.id).join("; ")}: ${why}.`);
}

function openText({ candidate, standings }: Assessed, { wishes }: Advice): string {
  return standings
    .filter(({ state }) => state !== "met" && (state !== "unknown" || candidate.lack === undefined))
    .map((standing) => standingText(standing, wishes.traffic))
    .join("; ");
}
