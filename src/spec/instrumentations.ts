import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { didYouMean, UserError } from "../base/problem.ts";
import { Spec, type Kind } from "../base/registry.ts";
import { ALL, PREFIX, readInstrumentationList } from "../target/instrumentation-list.ts";

/** Reads text that a user wrote. Throws a `UserError` for a name that no package has. */
export function parseInstrumentationList(text: string): Spec<Kind> {
  const list = readInstrumentationList(text);
  const known = knownNames();
  for (const name of [...list.without, ...list.names]) {
    if (known.includes(name) || (name.includes("/") && !list.without.includes(name))) continue;
    const near = didYouMean(name, ["auto", "none", ...known]);
    throw new UserError(
      `"${text}": unknown instrumentation "${name}"${near}; expected auto, auto-dns (all but dns), none, a package of the service, or names separated by commas: ${known.join(", ")}`,
    );
  }
  const all = list.without.length === 0 ? ["auto"] : list.without.map((name) => `auto-${name}`);
  const words = [...(list.all ? all : []), ...list.names];
  const name = words.join(",") || "none";
  return new Spec({ name, about: "", example: name, fields: {} }, {} as never, name);
}

/**
 * The names that the list `more` has and `fewer` lacks, sorted: `pg` of `auto` and `auto-pg`, `express` and `router` of `auto` and
 * `auto-express,auto-router`. None if they differ otherwise, or in names left out of all and in added ones at once.
 */
export function addedInstrumentations(more: string, fewer: string): string[] {
  const [one, other] = [readInstrumentationList(more), readInstrumentationList(fewer)];
  const lacks = (names: readonly string[], of: readonly string[]): string[] =>
    of.filter((name) => !names.includes(name));
  const [leftOut, added] = [lacks(one.without, other.without), lacks(other.names, one.names)];
  const removed = [...lacks(other.without, one.without), ...lacks(one.names, other.names)];
  if (one.all !== other.all || removed.length > 0 || (leftOut.length > 0 && added.length > 0)) return [];
  return [...leftOut, ...added].toSorted();
}

function knownNames(): string[] {
  const path = join(createRequire(import.meta.url).resolve(ALL), "..", "..", "..", "package.json");
  const { dependencies } = JSON.parse(readFileSync(path, "utf8")) as { dependencies: Record<string, string> };
  const packages = Object.keys(dependencies).filter((name) => name.startsWith(PREFIX));
  return [...packages.map((name) => name.slice(PREFIX.length)), "fastify"].toSorted();
}
