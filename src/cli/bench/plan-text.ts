import { formatDuration } from "../../base/units.ts";
import { phaseRow, rateOf } from "../../spec/phases.ts";
import { settleMs } from "../../spec/shared-processes.ts";
import { plannedDurationMs } from "../../plan/duration.ts";
import { isHeir } from "../../plan/heirs.ts";
import { type Plan, roundsOf } from "../../plan/plan.ts";
import { phaseSentence, warmupText } from "../../report/phase-sentence.ts";
import type { Scenario } from "../../spec/scenario.ts";
import { formatAbout } from "./progress.ts";

/** What `--dry-run` prints: duration, target, driver if it is another engine, variants, phases, and the results file. */
export function planText(scenario: Scenario, plan: Plan, out: string): string {
  const { phases, durationMs, target, driver } = scenario;
  const phaseLine = (phase: Scenario["phases"][number]): string => {
    const isOpen = phaseRow(phase).loop === "open";
    const load = isOpen ? ` ${rateOf(scenario, phase, plan.variants.length)} requests/s to each.` : "";
    const before = isHeir(plan, { phase })
      ? `${formatDuration(settleMs(scenario, phase))} settling`
      : `${warmupText(scenario, phase)} warm-up`;
    return `${phase}: ${phaseSentence({ scenario, plan }, phase)}${load} ${roundsOf(phase, scenario).length} rounds of ${before} and ${formatDuration(durationMs[phase])} measured.`;
  };
  return [
    `${plan.trials.length} trials, about ${formatAbout(plannedDurationMs(plan, scenario))}`,
    `target: ${target.text}`,
    ...(driver.kind.engine ? [`driver: ${driver.text}`] : []),
    `variants: ${plan.variants.map(({ id }) => id).join(", ")}`,
    ...phases.map(phaseLine),
    `results: ${out}`,
    "",
  ].join("\n");
}
