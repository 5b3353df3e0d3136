import { styleText } from "node:util";
import { safeText } from "../../base/redact.ts";
import type { Medium } from "../../report/reporters/terminal.ts";
import type { CheckLine } from "../../run/check/check-line.ts";

const COLORS = { ok: "green", wrong: "red", unknown: "yellow" } as const;

/** `wrong    flush at exit: …. Fix: …`. */
export function checkText({ word, check: name, text, fix = "" }: CheckLine, { color }: Pick<Medium, "color">): string {
  const painted = color ? styleText(COLORS[word], word, { validateStream: false }) : word;
  return `${painted}${" ".repeat(9 - word.length)}${name}: ${safeText(text)}${fix === "" ? "" : `. Fix: ${safeText(fix)}`}`;
}
