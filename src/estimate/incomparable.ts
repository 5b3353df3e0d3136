import { isDeepStrictEqual } from "node:util";
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
  const check = (what: string, a: unknown, b: unknown): void => void differences.push(...differencesIn(what, a, b));
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
    if (!isClose) check(`scenario ${key}`, ofPhases(base, candidate, key), ofPhases(candidate, base, key));
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
    differences.push(`no variant but ${baseline} is in both`);
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

/** A part of a scenario; of what each phase has of its own, that of the phases that both measured. */
function ofPhases({ scenario }: Conditions, other: Conditions, key: (typeof SAME_WORKLOAD)[number]): unknown {
  if (key !== "durationMs" && key !== "warmupMs" && key !== "connections") return scenario[key];
  const common = scenario.phases.filter((phase) => other.scenario.phases.includes(phase));
  return Object.fromEntries(common.map((phase) => [phase, scenario[key][phase]]));
}

/** One line for each part that differs, with both values. */
function differencesIn(what: string, one: unknown, other: unknown): string[] {
  // specs are objects that are text in JSON
  const [a, b] = [one, other].map((value) =>
    value === undefined ? value : (JSON.parse(JSON.stringify(value)) as unknown),
  );
  if (isDeepStrictEqual(a, b)) return [];
  if (!isParted(a) || !isParted(b)) return [`${what}: ${textOf(a)} and ${textOf(b)}`];
  const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])];
  const nameOf = (key: string): string => (Array.isArray(a) ? `${what}[${key}]` : `${what} ${key}`);
  return keys.flatMap((key) => differencesIn(nameOf(key), a[key], b[key]));
}

function isParted(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function textOf(value: unknown): string {
  if (value === undefined) return "nothing";
  if (typeof value === "string") return value;
  if (!isParted(value)) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(textOf).join(", ")}]`;
  return Object.entries(value)
    .map(([key, inner]) => `${key} ${textOf(inner)}`)
    .join(", ");
}
