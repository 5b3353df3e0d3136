import leven from "leven";

/**
 * The user's mistake: exits with 2, prints its message alone, never a stack.
 * `issues` holds one line per mistake, so that all mistakes of a scenario are shown at once.
 */
export class UserError extends Error {
  override readonly name = "UserError";
  readonly issues: readonly string[];

  constructor(issues: string | readonly string[]) {
    const list = typeof issues === "string" ? [issues] : issues;
    super(list.join("\n"));
    this.issues = list;
  }
}

/** The candidate whose spelling is nearest to `word`, or undefined if none is near enough to be meant. */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(2, Math.floor(word.length / 3)) + 1;
  for (const candidate of candidates) {
    const distance = leven(word.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

/** ` (did you mean "ratio"?)`, or nothing. An alias that is near gives what it stands for. */
export function didYouMean(
  word: string,
  candidates: Iterable<string>,
  aliases: ReadonlyMap<string, string> = new Map<string, string>(),
): string {
  const near = nearest(word, candidates);
  return near === undefined ? "" : ` (did you mean "${aliases.get(near) ?? near}"?)`;
}
