import { phaseRow, type Phase } from "./phases.ts";
import type { Scenario } from "./scenario.ts";

type Asked = Pick<Scenario, "phases" | "target" | "driver" | "backends" | "collectors" | "variants">;

/**
 * Whether a round measures its other phases in the processes that it has warmed for the phase cost. Not if spans may be
 * under way between two windows, or are not counted in the service: the ledger of each trial must close. All variants or
 * none, since they are compared.
 */
export function sharesProcesses({ phases, target, driver, backends, collectors, variants }: Asked): boolean {
  const { kind, config } = target;
  const [first, ...others] = phases;
  const ownSdk = kind.services(config).some(({ service }) => kind.command?.(config, service)?.ownSdk === true);
  return (
    first === "cost" &&
    others.some((phase) => phaseRow(phase).settleMs !== undefined) &&
    kind.address === undefined &&
    !ownSdk &&
    driver.kind.engine === undefined &&
    backends.every(({ text }) => text === "healthy") &&
    [...collectors, ...variants.map(({ collector }) => collector)].every(
      ({ kind: { program } }) => program === undefined,
    )
  );
}

/** Load before the window of a phase in processes that are warm. */
export function settleMs({ warmupMs }: Pick<Scenario, "warmupMs">, phase: Phase): number {
  return Math.min(phaseRow(phase).settleMs ?? Infinity, warmupMs[phase]);
}
