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

/** The one name that the list `more` has and `fewer` lacks; undefined if they differ otherwise: `pg` of `auto` and `auto-pg`. */
export function addedInstrumentation(more: string, fewer: string): string | undefined {
  const [one, other] = [readInstrumentationList(more), readInstrumentationList(fewer)];
  const lacks = (names: readonly string[], of: readonly string[]): string[] =>
    of.filter((name) => !names.includes(name));
  const added = [...lacks(one.without, other.without), ...lacks(other.names, one.names)];
  const removed = [...lacks(other.without, one.without), ...lacks(one.names, other.names)];
  return one.all === other.all && added.length === 1 && removed.length === 0 ? added[0] : undefined;
}

function knownNames(): string[] {
  const path = join(createRequire(import.meta.url).resolve(ALL), "..", "..", "..", "package.json");
  const { dependencies } = JSON.parse(readFileSync(path, "utf8")) as { dependencies: Record<string, string> };
  const packages = Object.keys(dependencies).filter((name) => name.startsWith(PREFIX));
  return [...packages.map((name) => name.slice(PREFIX.length)), "fastify"].toSorted();
}
