import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { dirname, join, normalize, sep } from "node:path";
import { test } from "node:test";

const SRC = import.meta.dirname;

/** What each room may import besides base: DESIGN's table, and the reasons where the code went beyond it. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  base: [],
  subject: [],
  load: [],
  backend: [],
  spec: ["subject", "load", "backend"],
  plan: ["spec"],
  // a record is made of what the three kinds of process report
  record: ["spec", "plan", "subject", "load", "backend"],
  trial: ["spec", "plan", "record", "subject", "load", "backend"],
  estimate: ["record"],
  report: ["record", "estimate"],
  // recorded traces go through the same samplers and the same judging as live ones
  replay: ["record", "estimate", "subject", "spec"],
  // parts of tracing measured without a service: their own plan and records, their processes started as trial starts its own
  micro: ["subject", "spec", "plan", "record", "trial"],
  cli: ["spec", "plan", "record", "trial", "estimate", "report", "replay", "micro", "subject", "load", "backend"],
};

const IMPORT = /(?:from|import\()\s*"(\.[^"]+)"/g;

function roomOf(path: string): string {
  return path.split(sep)[0]!;
}

const files = globSync("**/*.ts", { cwd: SRC }).filter((file) => file.includes(sep));
/** Tests may look across rooms: they hold one room's promise against another's. */
const sources = files.filter((file) => !/\.(test|fixture)\.ts$/.test(file));

function importsOf(file: string): string[] {
  return [...readFileSync(join(SRC, file), "utf8").matchAll(IMPORT)]
    .map(([, specifier]) => normalize(join(dirname(file), specifier!)))
    .filter((target) => target.includes(sep) && !target.startsWith(".."));
}

test("every folder of src is a room of the table", () => {
  assert.deepEqual(
    [...new Set(files.map(roomOf))].filter((room) => !(room in MAY_IMPORT)),
    [],
  );
});

test("no room imports another that the table does not allow it, types included", () => {
  const trespasses = sources.flatMap((file) => {
    const allowed = [roomOf(file), "base", ...MAY_IMPORT[roomOf(file)]!];
    return importsOf(file)
      .filter((target) => !allowed.includes(roomOf(target)))
      .map((target) => `${file} imports ${target}`);
  });
  assert.deepEqual(trespasses, []);
});

test("other rooms are entered by their index", () => {
  const sidedoors = sources.flatMap((file) =>
    importsOf(file)
      .filter((target) => !["base", roomOf(file)].includes(roomOf(target)) && !/^[^/\\]+[/\\]index\.ts$/.test(target))
      .map((target) => `${file} imports ${target}`),
  );
  assert.deepEqual(sidedoors, []);
});

test("no folder or file has a name that could hold anything", () => {
  const vague = /(^|[/\\])(utils?|helpers?|types|core|common|misc)([/\\.])/;
  assert.deepEqual(
    files.filter((file) => vague.test(file)),
    [],
  );
});
