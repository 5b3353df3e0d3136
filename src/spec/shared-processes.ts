import { phaseRow, type Phase } from "./phases.ts";
import type { Scenario } from "./scenario.ts";

type Asked = Pick<Scenario, "phases" | "target" | "driver" | "samplers" | "backends" | "collectors">;

/**
 * Whether a round measures its other phases in the processes that it has warmed for the phase cost. Not those of a user's
 * service: it may work while it idles, on the core of the one that is measured, and have spans under way between two
 * windows. Nor with a rate limit, whose bucket fills meanwhile. All variants or none, since they are compared.
 */
export function sharesProcesses({
  phases,
  target: { kind, config },
  driver,
  samplers,
  backends,
  collectors,
}: Asked): boolean {
  const [first, ...others] = phases;
  return (
    first === "cost" &&
    others.some((phase) => phaseRow(phase).settleMs !== undefined) &&
    kind.address === undefined &&
    kind.services(config).every(({ service }) => kind.command?.(config, service) === undefined) &&
    driver.kind.engine === undefined &&
    samplers.every((sampler) => sampler.kind.rateLimit?.(sampler.config) === undefined) &&
    backends.every(({ text }) => text === "healthy") &&
    collectors.every((collector) => collector.kind.program === undefined)
  );
}

/** Load before the window of a phase in processes that are warm. */
export function settleMs({ warmupMs }: Pick<Scenario, "warmupMs">, phase: Phase): number {
  return Math.min(phaseRow(phase).settleMs ?? Infinity, warmupMs[phase]);
}
