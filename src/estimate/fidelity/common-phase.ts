import { total } from "../../base/sum-of.ts";
import { phaseRow, type Phase } from "../../spec/phases.ts";
import { MIN_ROUNDS } from "../verdict.ts";

/**
 * The one of `phases` in which the variants have the most rounds; of equals the first. Rounds of a variant beyond what an
 * interval needs do not count. The closed loop overloads a service, so it counts only if there is no other. Undefined without rounds.
 */
export function commonPhase(
  phases: readonly Phase[],
  rounds: readonly { readonly phase: Phase; readonly variant: string }[],
): Phase | undefined {
  const byPhase = Map.groupBy(rounds, ({ phase }) => phase);
  const roundsIn = (phase: Phase): number => {
    const byVariant = Map.groupBy(byPhase.get(phase)!, ({ variant }) => variant);
    return total([...byVariant.values()], ({ length }) => Math.min(MIN_ROUNDS, length));
  };
  const measured = phases.filter((phase) => byPhase.has(phase));
  const open = measured.filter((phase) => phaseRow(phase).loop === "open");
  // sorting keeps the order of equals
  return (open.length > 0 ? open : measured).toSorted((a, b) => roundsIn(b) - roundsIn(a))[0];
}
