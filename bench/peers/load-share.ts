import type { Results } from "../../src/record/results.ts";

type Block = readonly [Results["records"][number], ...Results["records"]];

/**
 * Of each round of a run that was not interrupted: the share of its wall-clock time in which a service was warmed up
 * or measured under load, and what a block of it took beyond that (mean, ms). A block lasts until the next one starts.
 * What failed was not under load.
 */
export function loadShares(
  run: Pick<Results, "records" | "scenario">,
): { readonly figures: Readonly<Record<string, number>> }[] {
  const blocks = [...Map.groupBy(run.records, ({ trial }) => trial.block).values()] as unknown as Block[];
  const sorted = blocks.toSorted((a, b) => startOf(a) - startOf(b));
  const timed = sorted.map((block, at) => {
    const next = sorted[at + 1];
    const endMs = next === undefined ? Math.max(...block.map(endOf)) : startOf(next);
    return { round: block[0].trial.round, wallMs: endMs - startOf(block), loadMs: loadMsOf(block, run) };
  });
  return [...Map.groupBy(timed, ({ round }) => round)].map(([, all]) => {
    const wallMs = all.reduce((sum, block) => sum + block.wallMs, 0);
    const loadMs = all.reduce((sum, block) => sum + block.loadMs, 0);
    return { figures: { "% under load": (100 * loadMs) / wallMs, "ms beyond load": (wallMs - loadMs) / all.length } };
  });
}

function startOf(block: Block): number {
  return Math.min(...block.map(({ startedAt }) => Date.parse(startedAt)));
}

function endOf({ startedAt, tookMs }: Block[0]): number {
  return Date.parse(startedAt) + tookMs;
}

function loadMsOf(block: Block, { scenario }: Pick<Results, "scenario">): number {
  if (block.every(({ ending }) => ending !== "completed")) return 0;
  const phase = block[0].trial.phase;
  return scenario.warmupMs[phase] + scenario.durationMs[phase];
}
