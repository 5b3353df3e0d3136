import { execa } from "execa";
import { assignmentOf } from "./as-scenario.ts";
import type { Observation } from "./observation.ts";

/** Of the command's own words, so many are kept. */
const LAST_LINES = 3;

/**
 * Gives every group its variant for the round, one after the other: the plan's command with GROUP, VARIANT and ROUND in its
 * environment. Returns why it failed, or undefined. Throws if the signal comes.
 */
export async function setVariants(
  observation: Observation,
  round: number,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { command, timeout } = observation.drive!;
  for (const [group, variant] of assignmentOf(observation, round)) {
    const ended = await execa(command, {
      shell: true,
      reject: false,
      stdin: "ignore",
      all: true,
      timeout,
      cancelSignal: signal,
      env: { GROUP: group, VARIANT: variant, ROUND: String(round) },
    });
    signal.throwIfAborted();
    if (!ended.failed) continue;
    const last = ended.all.trimEnd().split("\n").slice(-LAST_LINES).join("\n");
    const why = ended.timedOut
      ? `took longer than ${timeout} ms`
      : `ended with ${ended.exitCode ?? ended.signal ?? "an error"}`;
    return `drive.command for group ${group}, variant ${variant} ${why}\n${last}`.trimEnd();
  }
  return undefined;
}
