/** What a message, a comment or a page names for the user to type exists: options and scripts. */
import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { describeProgram } from "./program.ts";

const REPOSITORY = join(import.meta.dirname, "../..");
const read = (file: string): string => readFileSync(join(REPOSITORY, file), "utf8");
/** Options of git, npm, Node, Docker, perf, uvicorn, Locust, Apache Otava, services and a Collector. */
const FOREIGN =
  "--unshallow --porcelain --format --untracked-files --prefix --fetch-retries --fetch-timeout --import --require --expose-gc --min-semi-space-size --max-semi-space-size --port --workers --bare --config --password --since --delay --control --pid --loglevel --network --env-file --include";
const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
const { commands } = await describeProgram();
const known = new Set(commands.flatMap(({ options }) => options.map(({ long }) => long)));
for (const option of ["--help", "--version", ...FOREIGN.split(" ")]) known.add(option);

/** A script of bench/ has options of its own, and says itself which. */
const names = commands.map((command) => command.name()).join("|");
const OF_SCRIPTS = new RegExp(`npm run (?!(?:${names}) )\\S+ -- [^\`\n]*`, "g");
/** An option that is all of a literal may be for another program. */
const LITERAL = /"--[\w-]+"/g;
/** What a template completes is none, nor is what code counts down. */
const OPTION = /(?<![\w-])--[a-z][a-z\d]*(?:-[a-z\d]+)*(?!-?[\w$]|\.\w)/g;
const SCRIPT = /npm (?:--prefix \S+ )?run (?:-s )?([a-z][\w:-]*)/g;

const pages = globSync(["docs/*.md", "README.md", "CONTRIBUTING.md"], { cwd: REPOSITORY });
const code = globSync("src/**/*.ts", { cwd: REPOSITORY, exclude: ["**/*.{test,fixture}.ts", "src/report/html/*.ts"] });
const texts = [...pages, ...code].map((file) => ({ file, text: read(file).replaceAll(OF_SCRIPTS, "") }));

test("every option that is named is one of the program", () => {
  const named = texts.flatMap(({ file, text }) =>
    [...text.replaceAll(LITERAL, "").matchAll(OPTION)].map(([option]) => ({ file, option })),
  );
  assert.ok(named.length > 300);
  assert.deepEqual(
    named.filter(({ option }) => !known.has(option)),
    [],
  );
});

test("every script that is named is one of package.json", () => {
  const named = texts.flatMap(({ file }) =>
    [...read(file).matchAll(SCRIPT)].map(([, name]) => ({ file, name: name! })),
  );
  assert.ok(named.length > 30);
  assert.deepEqual(
    named.filter(({ name }) => !(name in scripts)),
    [],
  );
});
