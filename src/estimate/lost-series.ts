import { spansLost, spansWanted } from "../record/ledger.ts";
import { alphaOf, estimateFrom, estimateOf, type Certainty } from "./estimate.ts";
import { LOST } from "../record/metrics.ts";
import type { VariantRounds } from "./rounds.ts";
import { roundValues, type Series } from "./series.ts";
import { binomialInterval } from "./statistics/proportion.ts";
import { oneSample } from "./statistics/student.ts";

/**
 * Lost spans as a share of the sampled ones that were to be kept; undefined if there were none. Losses come in bursts: one
 * cause takes many spans of a round, so a round is one observation, however many spans it has. If all rounds lost the same
 * share, nothing shows how far rounds differ, and each counts as one trial: none lost in 5 rounds is 0 % [0, 52].
 */
export function lostSeries(group: VariantRounds, certainty: Certainty): Series | undefined {
  const counts = roundValues(group, ({ ledger }) => {
    const wanted = ledger === undefined ? 0 : spansWanted(ledger);
    return ledger === undefined || wanted <= 0 ? undefined : { lost: spansLost(ledger), wanted };
  });
  if (counts.size === 0) return undefined;
  const values = new Map([...counts].map(([round, { lost, wanted }]) => [round, lost / wanted]));
  const { phase, variant, warnings } = group;
  const about = { phase, variant, metric: LOST.name, unit: LOST.unit };
  const [share, ...others] = values.values();
  if (share !== undefined && others.every((other) => other === share)) {
    const exact = { ...about, method: "the same in all rounds: exact binomial, a round a trial" };
    const bounds = binomialInterval(share * values.size, values.size, 1 - alphaOf(certainty));
    const absolute = estimateFrom(exact, { center: share, bounds, n: values.size }, certainty, warnings);
    return { metric: LOST, group, values, absolute };
  }
  const clipped = (share: number): number => Math.min(1, Math.max(0, share));
  const contrast = oneSample([...values.values()]);
  const overRounds = { ...about, method: "student-t over rounds" };
  return { metric: LOST, group, values, absolute: estimateOf(overRounds, contrast, clipped, certainty, warnings) };
}
