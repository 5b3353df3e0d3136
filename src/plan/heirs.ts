import { phaseRow } from "../spec/phases.ts";
import type { Plan, Trial } from "./plan.ts";

/** Whether a trial is planned to be measured in the processes of an earlier one of its round. */
export function isHeir({ sharesProcesses }: Pick<Plan, "sharesProcesses">, { phase }: Pick<Trial, "phase">): boolean {
  return sharesProcesses === true && phaseRow(phase).settleMs !== undefined;
}

/** By the ids of the trials of a group: the next of the `later` ones that is to have the same processes. */
export function heirsOf(
  plan: Pick<Plan, "sharesProcesses">,
  group: readonly Trial[],
  later: readonly Trial[],
): Map<string, string> {
  const heirs = group.flatMap(({ id, round, variant }) => {
    const heir = later.find((trial) => trial.round === round && trial.variant === variant && isHeir(plan, trial));
    return heir === undefined ? [] : [[id, heir.id] as const];
  });
  return new Map(heirs);
}
