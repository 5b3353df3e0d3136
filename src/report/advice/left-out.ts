import { MIN_ROUNDS } from "../../estimate/verdict.ts";
import type { Judged, Lack } from "../../estimate/advise/choose.ts";

const LACKS: Readonly<Record<Lack, string>> = {
  service: "no figures of always_on with the same processor and exporter, which services run where a Collector decides",
  cost: "no figure of their CPU against none",
  rounds: `fewer than ${MIN_ROUNDS} rounds of cost`,
  kept: "no figure of what they keep",
  traces: "no trace kept",
};

/** Who was not considered, a line for each reason. */
export function leftOutTexts(judged: readonly Judged[]): string[] {
  return (Object.keys(LACKS) as Lack[]).flatMap((lack) => {
    const own = judged.filter((one) => one.lack === lack).map(({ candidate }) => candidate.variant.id);
    return own.length === 0 ? [] : [`Not considered, with ${LACKS[lack]}: ${own.join(", ")}.`];
  });
}

/** Why nobody was considered, and what to measure: of the one that came furthest. */
export function nobodyTitle(judged: readonly Judged[]): string {
  if (judged.length === 0) return "No advice: the file holds no figures of a variant with tracing.";
  if (judged.every(({ lack }) => lack === "traces"))
    return "No advice: what was measured keeps nothing. Measure a sampler that keeps some traces.";
  const lacks = new Set(judged.map(({ lack }) => lack));
  if (lacks.has("kept"))
    return "No advice: there is no figure of what is kept. Measure with an exporter that sends to a backend; a service with its own SDK has to say of which request a span is (its warning tells how).";
  if (lacks.has("rounds")) {
    const most = Math.max(...judged.map(({ candidate }) => candidate.figures.cpuRatio?.n ?? 0));
    return `No advice: not enough rounds. What tracing costs rests on ${most === 1 ? "1 round" : `${most} rounds`} at most, and takes ${MIN_ROUNDS}: measure more of them (--rounds), or go on with a run that was interrupted (--resume).`;
  }
  if (lacks.has("service") && !lacks.has("cost"))
    return "No advice: tail sampling is the Collector's, beside always_on in the services, and always_on was not measured. Leave --no-reference out.";
  return "No advice: there is no figure of what tracing costs. It takes valid trials of the phase cost, which bench measures unless --phase leaves it out.";
}
