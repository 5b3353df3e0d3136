import { COST_PHASES, phaseRow, rateOf, type Phase } from "../spec/phases.ts";
import { isHeir } from "../plan/heirs.ts";
import { warmupRange } from "../plan/warm-up.ts";
import { formatDuration } from "../base/units.ts";
import type { Results } from "../record/results.ts";
import type { Scenario } from "../spec/scenario.ts";
import { plain } from "./format.ts";

const OBSERVED: Partial<Record<Phase, string>> = {
  cost: "All variants at the same time behind one load balancer; CPU and requests of each group of replicas, as Prometheus scraped them. Requests/s, memory and cores are those of one replica.",
  latency: "Answer times in the same windows, from the buckets of the service's own histogram.",
};

/** Of a service that runs already: there are no variants beside it, and it has no core of its own. */
const RUNNING =
  "One open-loop schedule, after warming up at the same rate. CPU of all threads of what listens there, and of its descendants, by the kernel's accounting.";

const IN_WARM_PROCESSES = " In the processes that the phase cost of the round has warmed, while the others idle.";

/** How a phase is measured. */
export function phaseSentence(
  { environment, scenario, plan }: Pick<Results, "scenario" | "plan"> & Partial<Pick<Results, "environment">>,
  phase: Phase,
): string {
  const { sentence, layout } = phaseRow(phase);
  const isRunning = scenario.target.kind.address !== undefined && layout === "side by side";
  return (
    (environment?.observed && OBSERVED[phase]) ??
    (isRunning ? RUNNING : `${sentence}${isHeir(plan, { phase }) ? IN_WARM_PROCESSES : ""}`)
  );
}

/** `1.3s`; `7s to 18s` if rounds differ. */
export function warmupText(scenario: Scenario, phase: Phase): string {
  const { leastMs, mostMs } = warmupRange(scenario, phase);
  return leastMs === mostMs ? formatDuration(mostMs) : `${formatDuration(leastMs)} to ${formatDuration(mostMs)}`;
}

/** `cost 8, latency and capacity 4`. */
export function byPhases(phases: readonly Phase[], textOf: (phase: Phase) => string): string {
  return [...Map.groupBy(phases, textOf)].map(([text, same]) => `${same.join(" and ")} ${text}`).join(", ");
}

/** The rate at each variant. */
export function rateText({ results }: { readonly results: Pick<Results, "scenario" | "plan"> }, phase: Phase): string {
  return `${plain(rateOf(results.scenario, phase, results.plan.variants.length))} requests/s`;
}

/** The phase; with its rate if the phase cost was run at several: `cost-2 (800 requests/s)`. */
export function phaseText(results: Pick<Results, "scenario" | "plan">, phase: Phase): string {
  const costs = results.scenario.phases.filter((one) => (COST_PHASES as readonly Phase[]).includes(one));
  const isKnown = Number.isFinite(rateOf(results.scenario, phase, results.plan.variants.length));
  return costs.length > 1 && costs.includes(phase) && isKnown ? `${phase} (${rateText({ results }, phase)})` : phase;
}
