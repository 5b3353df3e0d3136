import type { Advice } from "../../estimate/advise/advise.ts";
import { isWithinLimits } from "../../estimate/advise/advise.ts";
import type { Figure } from "../../estimate/advise/figures.ts";
import type { Assessed } from "../../estimate/advise/limits.ts";
import { UNSTEADY } from "../../estimate/changes/unsteady.ts";
import { figureText, plain, reasonText, shareOfText } from "../format.ts";
import { rankText } from "./choice-words.ts";

/** What the choice rests on and this run does not prove, a sentence each. */
export function unprovedOf(chosen: Assessed, { assessed }: Advice): string[] {
  const { figures, rates, costPhase, keptPhase } = chosen.candidate;
  const { cpuUs, cpuRatio, p99Ms, p99Ratio, failedKept, tracesKept } = figures;
  const kept = failedKept ?? tracesKept;
  const of = failedKept === undefined ? "traces" : "failed requests";
  const atRate = (phase: string | undefined): string => {
    const rate = [...rates].find(([one]) => one === phase)?.[1];
    return rate === undefined ? "" : ` at ${plain(rate)} requests/s a process`;
  };
  const added = (figure: Figure, unit: string, phase: string): string =>
    `${figureText(figure)} ${unit} added${atRate(phase)}`;
  return [
    ...(p99Ms === undefined ? [] : doubtsOf("p99", added(p99Ms, "ms", "latency"), p99Ms, p99Ratio)),
    ...(cpuUs === undefined ? [] : doubtsOf("CPU", added(cpuUs, "µs/request", costPhase), cpuUs, cpuRatio)),
    ...(kept === undefined ? [] : doubtsOf("What it keeps", `${shareOfText(kept, of)}${atRate(keptPhase)}`, kept)),
    ...rivalsOf(chosen, assessed),
  ];
}

/** `judged`: the ratio, which has the verdict. */
function doubtsOf(subject: string, text: string, figure: Figure, judged: Figure = figure): string[] {
  if (figure.low === undefined) {
    const fix = figure.warnings?.find(({ code }) => code === "few-slow-episodes")?.fix;
    const reason = reasonText(figure);
    return [
      `${subject} is not proved: ${text}, without an interval (${reason}). Measure it with ${fix?.split(";", 1)[0] ?? "more --rounds"}.`,
    ];
  }
  if (judged.verdict !== "inconclusive") return [];
  const unsteady = judged.warnings?.find(({ code }) => code === UNSTEADY);
  const why = unsteady === undefined ? "this run gives no verdict on it" : `${unsteady.message}; fix: ${unsteady.fix}`;
  return [`${subject} is not proved: ${text}; ${why}.`];
}

/** Within the limits, and not distinguished by any criterion of the choice. */
function rivalsOf(chosen: Assessed, assessed: readonly Assessed[]): string[] {
  const own = chosen.candidate.variant.id;
  const rivals = assessed.filter(
    (one) => one.candidate.variant.id !== own && one.beaten === undefined && isWithinLimits(one),
  );
  return [...Map.groupBy(rivals, (one) => rankText(one, chosen))].map(
    ([why, same]) =>
      `${own} is not shown to be better than ${same.map(({ candidate }) => candidate.variant.id).join(", ")}: ${why}.`,
  );
}
