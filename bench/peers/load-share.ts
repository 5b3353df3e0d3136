import type { Results } from "../../src/record/results.ts";

type Group = readonly [Results["records"][number], ...Results["records"]];

/**
 * Of each round of a run that was not interrupted: the share of its wall-clock time in which a service was warmed up
 * or measured under load, and what a group of it took beyond that (mean, ms). A group lasts until the next one starts.
 * What failed was not under load.
 */
export function loadShares(
  run: Pick<Results, "records" | "scenario">,
): { readonly figures: Readonly<Record<string, number>> }[] {
  const groups = [...Map.groupBy(run.records, ({ trial }) => trial.block).values()] as unknown as Group[];
  const sorted = groups.toSorted((a, b) => startOf(a) - startOf(b));
  const timed = sorted.map((group, at) => {
    const next = sorted[at + 1];
    const endMs = next === undefined ? Math.max(...group.map(endOf)) : startOf(next);
    return { round: group[0].trial.round, wallMs: endMs - startOf(group), loadMs: loadMsOf(group, run) };
  });
  return [...Map.groupBy(timed, ({ round }) => round)].map(([, all]) => {
    const wallMs = all.reduce((sum, group) => sum + group.wallMs, 0);
    const loadMs = all.reduce((sum, group) => sum + group.loadMs, 0);
    return { figures: { "% under load": (100 * loadMs) / wallMs, "ms beyond load": (wallMs - loadMs) / all.length } };
  });
}

function startOf(group: Group): number {
  return Math.min(...group.map(({ startedAt }) => Date.parse(startedAt)));
}

function endOf({ startedAt, tookMs }: Group[0]): number {
  return Date.parse(startedAt) + tookMs;
}

function loadMsOf(group: Group, { scenario }: Pick<Results, "scenario">): number {
  if (group.every(({ ending }) => ending !== "completed")) return 0;
  const phase = group[0].trial.phase;
  return scenario.warmupMs[phase] + scenario.durationMs[phase];
}
