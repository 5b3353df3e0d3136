/** Why one variant was chosen, and another not. */
import { isUsual, type Criterion } from "../../estimate/advise/choice.ts";
import type { Assessed } from "../../estimate/advise/limits.ts";

const WORDS: Readonly<Record<Criterion, { readonly better: string; readonly worse: string }>> = {
  failedKept: { better: "keeps more failed requests", worse: "keeps fewer failed requests" },
  slowKept: { better: "keeps more of the slowest 1 %", worse: "keeps fewer of the slowest 1 %" },
  tracesKept: { better: "keeps more traces", worse: "keeps fewer traces" },
  cpuUs: { better: "costs less CPU", worse: "costs more CPU" },
  lostAtCapacity: { better: "loses fewer spans at capacity", worse: "loses more spans at capacity" },
};

export const ORDER_OF_CHOICE =
  "Within the limits, what counts is failed requests kept, then the slowest 1 %, then all traces, then CPU, then loss at capacity. A difference counts only if the intervals show it.";

export function betterText(on: Criterion): string {
  return WORDS[on].better;
}

/** Of a variant within the limits that was not chosen: `keeps fewer traces`, `not distinguished; the default was taken`. */
export function rankText({ candidate, beaten, beyondChoice }: Assessed, { candidate: chosen }: Assessed): string {
  if (beaten !== undefined)
    return `${WORDS[beaten.on].worse}${beaten.by.includes(chosen) ? "" : ` than ${beaten.by[0]!.variant.id}`}`;
  // what runs the same costs the same
  const isCompared = beyondChoice !== undefined || candidate.service?.id === chosen.service?.id;
  const isByDefault = isUsual(chosen) && !isUsual(candidate);
  return `${isCompared ? "not distinguished" : "CPU not compared"}; the ${isByDefault ? "default" : "lower figure of CPU"} was taken`;
}
