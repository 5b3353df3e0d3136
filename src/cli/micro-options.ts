import { didYouMean, UserError } from "../base/problem.ts";
import { count, period } from "../base/units.ts";
import { PARTS } from "../micro/parts/index.ts";
import type { MicroLimits } from "../micro/run.ts";
import type { MicroWish } from "../micro/plan.ts";
import { readOption } from "./read-option.ts";

export interface MicroOptions {
  readonly filter?: string[];
  readonly rounds?: string;
  readonly maxTime?: string;
  readonly seed: string;
  readonly quick?: true;
  readonly list?: true;
  readonly out?: string;
  readonly json?: true;
  readonly quiet?: true;
}

/**
 * More rounds than there is time for, which is seen while they run: many short processes tell more than a few long ones,
 * since a process that is slower than others stays so. After half the warm-up what is exported reads some percent more.
 */
const USUAL = { rounds: 16, effort: { warmupMs: 120, timeMs: 30 } };
const QUICK = { rounds: 2, effort: { warmupMs: 60, timeMs: 20 } };
/** All parts within three minutes, also where the last round takes longer than those before. */
export const MAX_TIME_MS = 168_000;

export function wishOf(options: MicroOptions): MicroWish & MicroLimits {
  const { rounds, effort } = options.quick ? QUICK : USUAL;
  const usualMs = options.rounds === undefined ? MAX_TIME_MS : Infinity;
  return {
    parts: partsAsked(options.filter),
    rounds: options.rounds === undefined ? rounds : readOption("--rounds", count(), options.rounds),
    seed: readOption("--seed", count(0), options.seed),
    effort,
    maxTimeMs: options.maxTime === undefined ? usualMs : readOption("--max-time", period, options.maxTime),
  };
}

/** Names of the parts that any of the filters leaves. Throws a `UserError` for one that leaves none. */
export function partsAsked(filters: readonly string[] = [""]): string[] {
  const names = PARTS.map(({ name }) => name);
  for (const filter of filters) {
    if (names.some((name) => name.includes(filter))) continue;
    const words = new Set(names.flatMap((name) => [name, ...name.split("/")]));
    throw new UserError(
      `--filter "${filter}"${didYouMean(filter, words)}: expected something that the name of a part has in it; micro --list names them`,
    );
  }
  return names.filter((name) => filters.some((filter) => name.includes(filter)));
}
