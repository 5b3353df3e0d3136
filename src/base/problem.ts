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

/** The text with a point for each decimal comma, and without commas between thousands; empty if no comma stands between digits. */
export function withoutCommas(text: string): string[] {
  const spellings = [
    text.replaceAll(/(?<=\d),(?=\d)/g, "."),
    text.replaceAll(/(?<![\d.,])[1-9]\d{0,2}(?:,\d{3})+(?!\d)/g, (number) => number.replaceAll(",", "")),
  ];
  return [...new Set(spellings)].filter((one) => one !== text);
}

/** What `parse` makes of the text. If it throws and a comma is in the place of a point, the `UserError` has the valid spelling. */
export function parseWithPoints<T>(text: string, parse: (text: string) => T, name = ""): T {
  try {
    return parse(text);
  } catch (error) {
    const meant = withoutCommas(text).filter((one) => isAccepted(one, parse));
    if (!(error instanceof UserError) || meant.length === 0) throw error;
    throw new UserError(`${name}"${text}": a comma separates values${anyOf(meant)}`);
  }
}

function isAccepted(text: string, parse: (text: string) => unknown): boolean {
  try {
    parse(text);
    return true;
  } catch {
    return false;
  }
}

/** ` (did you mean "1.5s" or "1500s"?)`, or nothing. */
export function anyOf(spellings: Iterable<string>): string {
  const named = [...spellings].map((text) => `"${text}"`).join(" or ");
  return named === "" ? "" : ` (did you mean ${named}?)`;
}
