import { isHeir } from "../plan/heirs.ts";
import { baselineOf } from "../plan/variant.ts";
import { COST_PHASES, rateOf, type Phase } from "../spec/phases.ts";
import { targetNode, type Conditions } from "../record/results.ts";

/** What of a scenario must be the same for two runs to answer the same question; rounds and seed may differ. */
const SAME_WORKLOAD = [
  "target",
  "driver",
  "classes",
  "requests",
  "incident",
  "ratePerSecond",
  "arrivals",
  "connections",
  "durationMs",
  "warmupMs",
  "warmupLeast",
] as const;

const SAME_RATE = 1.05;

/** Why two results may not be compared, one line each, with both values; empty if they may. */
export function incomparable(base: Conditions, candidate: Conditions): string[] {
  const differences: string[] = [];
  const check = (what: string, a: unknown, b: unknown): void => {
    if (canonical(a) !== canonical(b)) differences.push(`${what}: ${textOf(a)} and ${textOf(b)}`);
  };
  check("schema version", base.schemaVersion, candidate.schemaVersion);
  const observed = [base, candidate].filter(({ environment }) => environment.observed !== undefined).length;
  if (observed === 1) differences.push("observe and bench: one of each");
  if (observed === 0) {
    check("CPU model", base.environment.cpu.model, candidate.environment.cpu.model);
    check("CPU cores", base.environment.cpu.cores, candidate.environment.cpu.cores);
  }
  check("Node", targetNode(base), targetNode(candidate));
  for (const key of SAME_WORKLOAD) {
    const isClose = observed === 2 && key === "ratePerSecond" && areClose(base, candidate);
    if (!isClose) check(`scenario ${key}`, base.scenario[key], candidate.scenario[key]);
  }
  if (observed === 2) check("variants", base.plan.variants.length, candidate.plan.variants.length);
  else if ([base, candidate].every(({ scenario }) => scenario.phases.includes("cost"))) {
    for (const phase of COST_PHASES)
      if ([base, candidate].every(({ scenario }) => scenario.phases.includes(phase)))
        check(`${phase} rate per second`, costRate(base, phase), costRate(candidate, phase));
    check("variants side by side", base.plan.variants.length, candidate.plan.variants.length);
  }
  for (const phase of base.scenario.phases.filter((phase) => candidate.scenario.phases.includes(phase)))
    check(`${phase} in processes`, processesOf(base, phase), processesOf(candidate, phase));
  const names = new Set(base.plan.variants.map((variant) => variant.id));
  const baseline = baselineOf(candidate.plan);
  check("baseline", baselineOf(base.plan), baseline);
  if (!candidate.plan.variants.some((variant) => variant.id !== baseline && names.has(variant.id))) {
    differences.push(`variants: no other than ${baseline} is in both`);
  }
  return differences;
}

/** A service is faster when it has served more requests. */
function processesOf({ plan }: Conditions, phase: Phase): string {
  return isHeir(plan, { phase }) ? "that the phase cost has warmed" : "of its own";
}

/** The rate of an observation is what came. */
function areClose(base: Conditions, candidate: Conditions): boolean {
  const [one, other] = [base.scenario.ratePerSecond, candidate.scenario.ratePerSecond];
  return Math.max(one / other, other / one) <= SAME_RATE;
}

/** CPU per request depends on how busy the core is, so it is compared at the same rate only. */
function costRate({ scenario, plan }: Conditions, phase: Phase): number {
  return rateOf(scenario, phase, plan.variants.length);
}

function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  return (
    canonical(value)
      ?.replaceAll(/[{}"]/g, "")
      .replaceAll(/(?<=\w):/g, " ")
      .replaceAll(",", ", ") ?? "nothing"
  );
}

/** JSON with sorted keys, so that the order in a file makes no difference. */
function canonical(value: unknown): string | undefined {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === "object" && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
