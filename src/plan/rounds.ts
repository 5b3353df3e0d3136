import { phaseRow, type Phase } from "../spec/phases.ts";

/** With fewer there is no verdict: a round that is left out must not cost one. */
const LEAST_ROUNDS = 4;

/** Which of the rounds 1 to `rounds` measure this phase: evenly spread, so that all phases see the same hours. */
export function roundsOf(
  phase: Phase,
  { phases, rounds }: { readonly phases: readonly Phase[]; readonly rounds: number },
): number[] {
  const share = phases.length === 1 ? 1 : phaseRow(phase).roundShare;
  const count = Math.max(Math.min(rounds, LEAST_ROUNDS), Math.ceil(share * rounds));
  const upTo = (round: number): number => Math.floor((round * count) / rounds);
  return Array.from({ length: rounds }, (_, at) => at + 1).filter((round) => upTo(round) > upTo(round - 1));
}
