import { styleText } from "node:util";
import { safeText } from "../../base/redact.ts";
import type { Medium } from "../../report/reporters/terminal.ts";
import type { CheckLine } from "../../run/check/check-line.ts";
import { checkTarget } from "../../run/check/check.ts";
import type { Setting } from "../../run/setting.ts";
import { EXIT } from "../exit-code.ts";
import { onInterrupt } from "../interrupt.ts";
import { mediumOf } from "../terminal.ts";

/** Prints whether the target is set up right, one line a check. Returns the exit code. */
export async function check(setting: Setting): Promise<number> {
  const interruption = onInterrupt();
  try {
    const medium = mediumOf(process.stdout);
    const isRight = await checkTarget(setting, interruption.signal, (lines) => {
      if (interruption.code() === undefined)
        process.stdout.write(lines.map((line) => `${checkText(line, medium)}\n`).join(""));
    });
    return interruption.code() ?? (isRight ? EXIT.measured : EXIT.unjudged);
  } finally {
    interruption.dispose();
  }
}

const COLORS = { ok: "green", wrong: "red", unknown: "yellow", "not checked": "dim" } as const;
const WIDTH = "not checked  ".length;

/** `wrong        flush at exit: …. Fix: …`. */
export function checkText({ word, check: name, text, fix = "" }: CheckLine, { color }: Pick<Medium, "color">): string {
  const painted = color ? styleText(COLORS[word], word, { validateStream: false }) : word;
  return `${painted}${" ".repeat(WIDTH - word.length)}${name}: ${safeText(text)}${fix === "" ? "" : `. Fix: ${safeText(fix)}`}`;
}
