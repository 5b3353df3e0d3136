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
export function rankText(one: Assessed, chosen: Assessed): string {
  return one.beaten === undefined && isCompared(one, chosen)
    ? `not distinguished; ${whyText(one, chosen)}`
    : whyText(one, chosen);
}

/** Whether CPU was, or is the same. */
function isCompared({ candidate, beyondChoice }: Assessed, { candidate: chosen }: Assessed): boolean {
  return beyondChoice !== undefined || candidate.service?.id === chosen.service?.id;
}

function whyText(one: Assessed, chosen: Assessed): string {
  const { candidate, beaten } = one;
  if (beaten === undefined) {
    const isByDefault = isUsual(chosen.candidate) && !isUsual(candidate);
    return `${isCompared(one, chosen) ? "" : "CPU not compared; "}the ${isByDefault ? "default" : "lower figure of CPU"} was taken`;
  }
  const than = beaten.by.includes(chosen.candidate) ? "" : ` than ${beaten.by[0]!.variant.id}`;
  return WORDS[beaten.on].worse + than;
}
