import { styleText } from "node:util";
import { UserError } from "../../base/problem.ts";
import { safeText } from "../../base/redact.ts";
import type { Medium } from "../../report/reporters/terminal.ts";
import type { CheckLine } from "../../run/check/check-line.ts";
import { checkTarget } from "../../run/check/check.ts";
import type { Setting } from "../../run/setting.ts";
import { EXIT } from "../exit-code.ts";
import { onInterrupt } from "../interrupt.ts";
import { mediumOf } from "../terminal.ts";
import type { BenchOptions } from "./options.ts";

/** Prints whether the target is set up right, one line a check. Returns the exit code. */
export async function check(setting: Setting, options: BenchOptions): Promise<number> {
  refuseOthers(options);
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

/** Throws a `UserError` for options that a check cannot have, with what to type instead. */
function refuseOthers({ base, resume, record, json, dryRun }: BenchOptions): void {
  const refuse = (option: string, instead: string): never => {
    throw new UserError(`--check: not possible with ${option}; ${instead}`);
  };
  if (base !== undefined)
    refuse(
      `--base ${base}`,
      `leave it out to check the files in this folder, or check that commit in a folder of its own: git worktree add ../${base.replaceAll(/[^\w.-]+/g, "-")} ${base}`,
    );
  if (resume !== undefined) refuse("--resume", "give the scenario and the options of that run");
  if (record !== undefined) refuse("--record", "leave it out: nothing is measured");
  if (json !== undefined) refuse("--json", "leave it out: the check prints lines, and exits with 3 if one is wrong");
  if (dryRun !== undefined) refuse("--dry-run", "leave one of them out");
}

const COLORS = { ok: "green", wrong: "red", unknown: "yellow", "not checked": "dim" } as const;
const WIDTH = "not checked  ".length;

/** `wrong        flush at exit: …. Fix: …`. */
export function checkText({ word, check: name, text, fix = "" }: CheckLine, { color }: Pick<Medium, "color">): string {
  const painted = color ? styleText(COLORS[word], word, { validateStream: false }) : word;
  return `${painted}${" ".repeat(WIDTH - word.length)}${name}: ${safeText(text)}${fix === "" ? "" : `. Fix: ${safeText(fix)}`}`;
}
