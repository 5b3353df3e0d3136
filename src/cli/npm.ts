import { dirname, relative } from "node:path";
import type { Command } from "commander";
import { UserError } from "../base/problem.ts";
import { readFileSync } from "node:fs";

/** npm runs scripts in Spantoll's folder. This goes back to the folder in which the user typed the command. */
export function enterUsersFolder(name: string, environment: NodeJS.ProcessEnv): void {
  const { npm_lifecycle_event: script, npm_package_name: owner, INIT_CWD: folder } = environment;
  if (script === name && owner === "spantoll" && folder !== undefined) process.chdir(folder);
}

/** How the user starts a command, up to its arguments. */
export function startOf(command: string, environment: NodeJS.ProcessEnv): string {
  const { npm_lifecycle_event: script, npm_package_name: owner, npm_package_json: manifest } = environment;
  if (script === undefined || script === "npx") return `spantoll ${command}`;
  const folder = owner === "spantoll" && manifest !== undefined ? relative(process.cwd(), dirname(manifest)) : "";
  return `npm ${folder === "" ? "" : `--prefix ${folder} `}run ${owner === "spantoll" ? command : script} --`;
}

/** Settings that an .npmrc often holds for npm or node-gyp. */
const isNpmsOwn = (name: string, value: string): boolean => name === "quiet" || /^[\d.]+$|^false$/.test(value);

/** Throws a `UserError` if npm kept options for itself: without `--`, it passes them as npm_config_* variables only. */
export function refuseKeptByNpm(command: Command | undefined, environment: NodeJS.ProcessEnv): void {
  if (command === undefined) return;
  const kept = command.options.flatMap(({ long, flags, negate, required }) => {
    const name = long!.replace(/^--(no-)?/, "");
    const value = environment[`npm_config_${name.replaceAll("-", "_")}`];
    if (value === undefined || (value === "") !== negate || isNpmsOwn(name, value)) return [];
    return !required ? long! : value === "true" ? flags : value.split("\n\n").map((one) => `${long} ${one}`);
  });
  if (environment["npm_lifecycle_event"] === undefined || kept.length === 0) return;
  throw new UserError(
    `npm kept ${kept.map((option) => option.split(" ")[0]).join(", ")} for itself: put "--" before the options, as in ${startOf(command.name(), environment)} ${kept.join(" ")}`,
  );
}

/** The version of Spantoll. */
export function readVersion(): string {
  const manifest = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  return (JSON.parse(manifest) as { version: string }).version;
}
