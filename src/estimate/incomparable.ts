import { rateOf } from "../spec/phases.ts";
import { targetNode, type Results } from "../record/results.ts";

/** What of a scenario must be the same for two runs to answer the same question; rounds and seed may differ. */
const SAME_WORKLOAD = [
  "target",
  "classes",
  "requests",
  "incident",
  "ratePerSecond",
  "arrivals",
  "connections",
  "durationMs",
  "warmupMs",
] as const;

/** Why two results may not be compared, one line each, with both values; empty if they may. */
export function incomparable(base: Results, candidate: Results): string[] {
  const differences: string[] = [];
  const check = (what: string, a: unknown, b: unknown): void => {
    if (canonical(a) !== canonical(b)) differences.push(`${what}: ${textOf(a)} and ${textOf(b)}`);
  };
  check("schema version", base.schemaVersion, candidate.schemaVersion);
  check("CPU model", base.environment.cpu.model, candidate.environment.cpu.model);
  check("CPU cores", base.environment.cpu.cores, candidate.environment.cpu.cores);
  check("Node", targetNode(base), targetNode(candidate));
  for (const key of SAME_WORKLOAD) check(`scenario ${key}`, base.scenario[key], candidate.scenario[key]);
  if ([base, candidate].every(({ scenario }) => scenario.phases.includes("cost"))) {
    check("cost rate per second", costRate(base), costRate(candidate));
    check("variants side by side", base.plan.variants.length, candidate.plan.variants.length);
  }
  const names = new Set(base.plan.variants.map((variant) => variant.id));
  if (!candidate.plan.variants.some((variant) => variant.id !== "none" && names.has(variant.id))) {
    differences.push("variants: none besides `none` is in both");
  }
  return differences;
}

/** CPU per request depends on how busy the core is, so it is compared at the same rate only. */
function costRate({ scenario, plan }: Results): number {
  return rateOf(scenario, "cost", plan.variants.length);
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
