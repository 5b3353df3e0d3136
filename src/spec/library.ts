import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** scenarios/ stands beside src/ and beside dist/. */
const FOLDER = new URL("../../scenarios/", import.meta.url);

/** The scenarios that come with Spantoll, by name, with the question each asks. */
export function listScenarios(): { readonly name: string; readonly about: string }[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith(".json"))
    .toSorted()
    .map((file) => {
      const { about } = JSON.parse(readFileSync(new URL(file, FOLDER), "utf8")) as { about: string };
      return { name: file.slice(0, -".json".length), about };
    });
}

export function scenarioPath(name: string): string | undefined {
  if (!/^[\w-]+$/.test(name)) return undefined;
  const url = new URL(`${name}.json`, FOLDER);
  return existsSync(url) ? fileURLToPath(url) : undefined;
}
