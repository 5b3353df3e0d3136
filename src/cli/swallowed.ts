import type { Command, Option } from "commander";
import { UserError } from "../base/problem.ts";

/** Options that npm knows by these names too, and one that is found in many an .npmrc: there for node-gyp. */
const NPMS_OWN: ReadonlySet<string> = new Set(["json", "quiet", "target"]);

/**
 * Throws a `UserError` where npm has taken options of `command` for its own: without `--` it leaves them out of the
 * arguments, and tells them as `npm_config_*` only. A whole run would be measured that nobody asked for.
 */
export function refuseSwallowed(command: Command, environment: NodeJS.ProcessEnv): void {
  const script = environment["npm_lifecycle_event"];
  if (script === undefined) return;
  const swallowed = command.options.flatMap((option) => textOf(option, environment) ?? []);
  if (swallowed.length === 0) return;
  const start = script === "npx" ? `npm exec -- spantoll ${command.name()}` : `npm run ${script} --`;
  const names = swallowed.map((text) => text.split(" ")[0]).join(" and ");
  throw new UserError(
    `npm has kept ${names} for itself: put "--" before the options, as in ${start} ${swallowed.join(" ")}`,
  );
}

/** The option as it is to be typed, where npm has it; `--quick` has left `true`, `--no-reference` an empty text. */
function textOf({ long, flags, negate, required }: Option, environment: NodeJS.ProcessEnv): string | undefined {
  const name = long!.replace(/^--(no-)?/, "");
  const value = environment[`npm_config_${name.replaceAll("-", "_")}`];
  if (NPMS_OWN.has(name) || value === undefined || (value === "") !== negate) return undefined;
  if (!required) return long;
  return value
    .split("\n\n")
    .map((one) => (one === "true" ? flags : `${long} ${one}`))
    .join(" ");
}
