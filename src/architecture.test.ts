/** The house of CONTRIBUTING.md: which room may import which, held against the real imports. */
import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { dirname, join, normalize, sep } from "node:path";
import { test } from "node:test";

const SRC = import.meta.dirname;

/** What each room may import in addition to base. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  base: [],
  target: [],
  load: [],
  sink: [],
  collector: [],
  spec: ["target", "load", "sink", "collector"],
  plan: ["spec"],
  record: ["spec", "plan"],
  fidelity: ["record"],
  observe: ["spec", "plan", "record"],
  run: ["spec", "plan", "record", "fidelity", "target", "load", "sink", "collector"],
  simulate: ["spec", "record", "fidelity", "target"],
  estimate: ["spec", "plan", "record", "fidelity"],
  report: ["spec", "plan", "record", "estimate"],
  cli: [
    "spec",
    "plan",
    "record",
    "fidelity",
    "run",
    "observe",
    "simulate",
    "estimate",
    "report",
    "target",
    "load",
    "sink",
    "collector",
  ],
};
/** The folders of run, from what starts a process up to what judges a trial: none calls one above it. */
const RUN = ["processes", "target", "collector", "measure", "gates"];
const MOST_FILES = 20;

const IMPORT = /(?:from|import\(?)\s*"(\.[^"]+)"/g;
const TYPE_IMPORT = /^import type [^"]+"[^"]+";$/gm;
const REEXPORT = /^export (?:type )?(?:\*|\{[^}]*\}) from/m;

const files = globSync("**/*.ts", { cwd: SRC }).filter((file) => file.includes(sep));
/** Tests may look across rooms: they hold one room's promise against another's. */
const sources = files.filter((file) => !/\.(test|fixture)\.ts$/.test(file));
/** The room of the tests that start processes. */
const TESTS = "e2e";
const textOf = (file: string): string => readFileSync(join(SRC, file), "utf8");
const roomOf = (file: string): string => file.split(sep)[0]!;

function importsOf(file: string, text = textOf(file)): string[] {
  return [...text.matchAll(IMPORT)]
    .map(([, specifier]) => normalize(join(dirname(file), specifier!)))
    .filter((imported) => imported.includes(sep) && !imported.startsWith(".."));
}

test("every folder of src is a room of the table", () => {
  assert.deepEqual(
    [...new Set(files.map(roomOf))].filter((room) => room !== TESTS && !(room in MAY_IMPORT)),
    [],
  );
});

test(`${TESTS} holds tests only`, () => {
  assert.deepEqual(
    sources.filter((file) => roomOf(file) === TESTS),
    [],
  );
});

test("a room imports only the rooms that the table allows, types included", () => {
  const trespasses = sources.flatMap((file) => {
    const allowed = [roomOf(file), "base", ...MAY_IMPORT[roomOf(file)]!];
    return importsOf(file)
      .filter((imported) => !allowed.includes(roomOf(imported)))
      .map((imported) => `${file} imports ${imported}`);
  });
  assert.deepEqual(trespasses, []);
});

test("no folder of run calls one above it; types of what a run and a trial are may come from there", () => {
  const allowed = RUN.map((folder) => join("run", folder));
  const upward = allowed.flatMap((folder, at) =>
    sources
      .filter((file) => dirname(file) === folder)
      .flatMap((file) =>
        importsOf(file, textOf(file).replaceAll(TYPE_IMPORT, ""))
          .filter((imported) => roomOf(imported) === "run" && !allowed.slice(0, at + 1).includes(dirname(imported)))
          .map((imported) => `${file} imports ${imported}`),
      ),
  );
  assert.deepEqual(upward, []);
});

test("nothing is exported again from another file", () => {
  assert.deepEqual(
    sources.filter((file) => REEXPORT.test(textOf(file))),
    [],
  );
});

test("no circle of files import each other", () => {
  const graph = new Map(sources.map((file) => [file, importsOf(file)]));
  const circles: string[] = [];
  const finished = new Set<string>();
  const visit = (file: string, path: readonly string[]): void => {
    const at = path.indexOf(file);
    if (at >= 0) circles.push([...path.slice(at), file].join(" -> "));
    if (at >= 0 || finished.has(file)) return;
    for (const imported of graph.get(file) ?? []) visit(imported, [...path, file]);
    finished.add(file);
  };
  for (const file of sources) visit(file, []);
  assert.deepEqual(circles, []);
});

test(`a folder holds fewer than ${MOST_FILES} files`, () => {
  const byFolder = Map.groupBy(sources, (file) => dirname(file));
  const crowded = [...byFolder].filter(([, inside]) => inside.length >= MOST_FILES).map(([folder]) => folder);
  assert.deepEqual(crowded, []);
});

test("no folder or file has a name that could hold anything", () => {
  const vague = /(^|[/\\])(utils?|helpers?|types|core|common|misc)([/\\.])/;
  assert.deepEqual(
    files.filter((file) => vague.test(file)),
    [],
  );
});
