import { formatDuration } from "../../base/units.ts";
import type { Plan } from "../../plan/trial.ts";
import type { Scenario } from "../../spec/scenario.ts";
import { formatAbout, Progress } from "./progress.ts";

/** What `--dry-run` prints: variants, phases with their windows, number of trials, duration, results file. */
export function planText(scenario: Scenario, plan: Plan, out: string): string {
  const { phases, rounds, warmupMs, durationMs, target } = scenario;
  const { leftMs } = new Progress(scenario, plan.trials, { quiet: true });
  const blocks = new Set(plan.trials.map(({ block }) => block)).size;
  return [
    `${plan.trials.length} trials in ${blocks} blocks, about ${formatAbout(leftMs)}`,
    `target: ${target.text}`,
    `variants: ${plan.variants.map(({ id: name }) => name).join(", ")}`,
    ...phases.map(
      (phase) =>
        `${phase}: ${rounds} rounds of ${formatDuration(warmupMs[phase])} warm-up and ${formatDuration(durationMs[phase])} measured`,
    ),
    `results: ${out}`,
    "",
  ].join("\n");
}
