import { UserError } from "../../base/problem.ts";
import type { Plan } from "../../plan/trial.ts";
import { checkTarget } from "../../run/check/check.ts";
import type { Setting } from "../../run/setting.ts";
import { EXIT } from "../exit-code.ts";
import { onInterrupt } from "../interrupt.ts";
import { mediumOf } from "../terminal.ts";
import { checkText } from "./check-text.ts";
import type { BenchOptions } from "./options.ts";

/** Prints whether the target is set up right, one line a check. Returns the exit code. */
export async function check(setting: Setting & { readonly plan: Plan }, options: BenchOptions): Promise<number> {
  for (const name of ["base", "resume", "record", "json", "dryRun"] as const)
    if (options[name] !== undefined)
      throw new UserError(`--check: not possible with --${name.replace("dryRun", "dry-run")}`);
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
