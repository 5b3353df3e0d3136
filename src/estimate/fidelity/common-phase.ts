import { total } from "../../base/sum-of.ts";
import type { Phase } from "../../spec/phases.ts";
import { MIN_ROUNDS } from "../verdict.ts";

/**
 * The one of `phases` in which the variants have the most rounds; of equals the first. Rounds of a variant beyond what an
 * interval needs do not count. Undefined without rounds. `n`: so many rounds, 1 if absent.
 */
export function commonPhase(
  phases: readonly Phase[],
  rounds: readonly { readonly phase: Phase; readonly variant: string; readonly n?: number }[],
): Phase | undefined {
  const byPhase = Map.groupBy(rounds, ({ phase }) => phase);
  const roundsIn = (phase: Phase): number => {
    const byVariant = Map.groupBy(byPhase.get(phase) ?? [], ({ variant }) => variant);
    return total([...byVariant.values()], (own) =>
      Math.min(
        MIN_ROUNDS,
        total(own, ({ n = 1 }) => n),
      ),
    );
  };
  // sorting keeps the order of equals
  return phases.filter((phase) => byPhase.has(phase)).toSorted((a, b) => roundsIn(b) - roundsIn(a))[0];
}
