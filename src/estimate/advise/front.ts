import type { Candidate, Figures } from "./candidate.ts";

/** What is kept: failed requests; where no request failed, all traces. */
export function keptOf({ figures }: Candidate): Figures["errorRecall"] {
  return figures.errorRecall ?? figures.keptTraces;
}

/** Cost, loss, and failed and slowest requests kept, each turned so that less is better. Undefined where cost or kept were not measured. */
function objectivesOf(candidate: Candidate): readonly number[] | undefined {
  const kept = keptOf(candidate);
  const { cpuRatio, lostShare, tailRecall } = candidate.figures;
  if (cpuRatio === undefined || kept === undefined) return undefined;
  // a variant that sampled no span lost none
  return [cpuRatio.center, lostShare?.center ?? 0, -kept.center, -(tailRecall?.center ?? 0)];
}

/** Those that no other beats: at least as good in cost, loss and both kept shares, and better in one (Pareto). By centers. */
export function paretoFront(candidates: readonly Candidate[]): Candidate[] {
  const measured = candidates.flatMap((candidate) => {
    const objectives = objectivesOf(candidate);
    return objectives === undefined ? [] : [{ candidate, objectives }];
  });
  return measured
    .filter(({ objectives }) => !measured.some((other) => beats(other.objectives, objectives)))
    .map(({ candidate }) => candidate);
}

function beats(one: readonly number[], other: readonly number[]): boolean {
  return one.every((value, i) => value <= other[i]!) && one.some((value, i) => value < other[i]!);
}
