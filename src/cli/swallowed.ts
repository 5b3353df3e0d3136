import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Command, Option } from "commander";
import { UserError } from "../base/problem.ts";
import { targets } from "../target/services/index.ts";

/** Flags of npm's own that somebody may mean for us. In an .npmrc they are npm's, and in the environment all the same. */
const NPMS_OWN: ReadonlySet<string> = new Set(["json", "dry-run"]);

/** Found in many an .npmrc: npm's own `quiet`, and the version of Node or Electron that node-gyp builds for. */
function isForOthers(name: string, value: string): boolean {
  if (name !== "target") return name === "quiet";
  return value !== "true" && !targets.kinds.some((kind) => kind.name === value.split(":", 1)[0]);
}

/**
 * Throws a `UserError` where npm has taken options of `command` for its own: without `--` it leaves them out of the
 * arguments, and tells them as `npm_config_*` only. A whole run would be measured that nobody asked for.
 */
export function refuseSwallowed(command: Command, environment: NodeJS.ProcessEnv): void {
  const script = environment["npm_lifecycle_event"];
  if (script === undefined) return;
  if (valueOf("dry-run", environment) !== undefined)
    throw new UserError(
      `npm has kept --dry-run for itself, and ${command.name()} has no such option: leave it out${unset("dry-run")}`,
    );
  const swallowed = command.options.flatMap((option) => textOf(option, environment) ?? []);
  if (swallowed.length === 0) return;
  const start = script === "npx" ? `npm exec -- spantoll ${command.name()}` : `npm run ${script} --`;
  const names = swallowed.map((text) => text.split(" ")[0]!);
  const unsets = names.map((name) => unset(name.slice(2))).join("");
  throw new UserError(
    `npm has kept ${names.join(" and ")} for itself: put "--" before the options, as in ${start} ${swallowed.join(" ")}${unsets}`,
  );
}

/** What helps where npm's own is set in the environment, as in CI, and nobody typed it. */
function unset(name: string): string {
  return NPMS_OWN.has(name) ? `; where nobody typed it, unset ${variableOf(name)} in the environment` : "";
}

function variableOf(name: string): string {
  return `npm_config_${name.replaceAll("-", "_")}`;
}

/** The option as it is to be typed, where npm has it; `--quick` has left `true`, `--no-reference` an empty text. */
function textOf({ long, flags, negate, required }: Option, environment: NodeJS.ProcessEnv): string | undefined {
  const name = long!.replace(/^--(no-)?/, "");
  const value = valueOf(name, environment);
  if (value === undefined || isForOthers(name, value) || (value === "") !== negate) return undefined;
  if (!required) return long;
  return value
    .split("\n\n")
    .map((one) => (one === "true" ? flags : `${long} ${one}`))
    .join(" ");
}

/** What npm was given on its command line, as far as can be told: flags of its own that are off are none. */
function valueOf(name: string, environment: NodeJS.ProcessEnv): string | undefined {
  const value = environment[variableOf(name)];
  return NPMS_OWN.has(name) && (value !== "true" || isInNpmrc(name, environment)) ? undefined : value;
}

function isInNpmrc(name: string, environment: NodeJS.ProcessEnv): boolean {
  const { npm_config_userconfig: user, npm_config_globalconfig: all, npm_config_local_prefix: project } = environment;
  const files = [user, all, project && join(project, ".npmrc")].filter((path) => path !== undefined);
  return files.some((path) => new RegExp(String.raw`^\s*${name}\s*(=|$)`, "m").test(textIn(path)));
}

/** Empty where there is no such file. */
function textIn(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
