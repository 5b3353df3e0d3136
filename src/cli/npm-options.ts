import type { Command } from "commander";
import { UserError } from "../base/problem.ts";

/** Settings that an .npmrc often holds for npm or node-gyp. */
const isNpmsOwn = (name: string, value: string): boolean => name === "quiet" || /^[\d.]+$|^false$/.test(value);

/** Throws a `UserError` if npm kept options for itself: without `--`, it passes them as npm_config_* variables only. */
export function refuseKeptByNpm(command: Command, environment: NodeJS.ProcessEnv): void {
  const script = environment["npm_lifecycle_event"];
  const kept = command.options.flatMap(({ long, flags, negate, required }) => {
    const name = long!.replace(/^--(no-)?/, "");
    const value = environment[`npm_config_${name.replaceAll("-", "_")}`];
    if (value === undefined || (value === "") !== negate || isNpmsOwn(name, value)) return [];
    return !required ? long! : value === "true" ? flags : value.split("\n\n").map((one) => `${long} ${one}`);
  });
  if (script === undefined || kept.length === 0) return;
  throw new UserError(
    `npm kept ${kept.map((option) => option.split(" ")[0]).join(", ")} for itself: put "--" before the options, as in npm run ${script} -- ${kept.join(" ")}`,
  );
}
