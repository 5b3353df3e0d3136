/** What the README shows is so: every command in it runs, and its generated parts are those of the code. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { execa } from "execa";
import { generatedParts, partIn, README } from "../bench/readme.ts";
import { temporaryFolder, TINY } from "./e2e/program.fixture.ts";
import { readResults } from "./record/file.ts";

const REPOSITORY = join(import.meta.dirname, "..");
const readme = readFileSync(README, "utf8");
const { scripts } = JSON.parse(readFileSync(join(REPOSITORY, "package.json"), "utf8")) as {
  scripts: Record<string, string>;
};
const folder = temporaryFolder();
const [FILE, TRACES] = [join(folder, "measured.json"), join(folder, "traces.jsonl")];

/** A command as a user types it, and how it is run here: as it is, but on files of a small run, and with small sizes. */
interface Run {
  /** What stands for words of the command. */
  readonly words?: Readonly<Record<string, string>>;
  readonly more?: readonly string[];
  readonly shows: (told: { readonly stdout: string; readonly out: string }) => void;
}
/** A test that runs it already; its file holds the title and every word of the command. */
interface Covered {
  readonly by: string;
  readonly title: string;
}

const small = (...more: readonly string[]): readonly string[] => [...TINY, ...more];
const told =
  (expected: RegExp): Run["shows"] =>
  ({ stdout }) =>
    assert.match(stdout, expected);
/** All trials came to their end, and these variants are among the measured. */
const measured =
  (...variants: readonly string[]): Run["shows"] =>
  ({ out }) => {
    const { records } = readResults(out);
    assert.deepEqual(new Set(records.map(({ ending }) => ending)), new Set(["completed"]));
    const found = new Set(records.map(({ trial }) => trial.variant));
    assert.deepEqual(
      variants.filter((variant) => !found.has(variant)),
      [],
    );
  };

/** In order: the first leaves the files that the others are run on. */
const COMMANDS: Readonly<Record<string, Run | Covered>> = {
  "npm run bench -- --record traces.jsonl": {
    words: { "traces.jsonl": TRACES },
    more: small("--sampler", "ratio:0.1", "--phase", "cost", "--phase", "latency", "--out", FILE),
    shows: () => assert.ok(existsSync(TRACES) && readResults(FILE).records.length === 6),
  },
  "npm run report -- FILE.json --html report.html": {
    words: { "report.html": join(folder, "report.html") },
    shows: () => assert.match(readFileSync(join(folder, "report.html"), "utf8"), /<h1>ratio:0\.1 costs /),
  },
  "npm run compare -- BASE.json CANDIDATE.json": { shows: told(/against .*measured\.json: no verdict/) },
  "npm run history -- results/*.json": { words: { "results/*.json": FILE }, shows: told(/^1 run of /) },
  "npm run advise -- results/example.json --max-cpu 75% --traffic 3000/s": { shows: told(/\* +.*all met/) },
  "npm run simulate -- traces.jsonl --sampler ratio:0.1 --sampler tail:errors,slow=250ms": {
    words: { "traces.jsonl": TRACES },
    shows: told(/What is kept/),
  },
  "npm run bench -- --sampler ratio:0.1 --quick": {
    more: small("--phase", "latency", "--no-reference"),
    shows: measured("none", "ratio:0.1"),
  },
  "npm run bench -- --sampler ratio:0.01 --sampler ratio:0.1 --sampler tail:errors,slow=250ms,ratio=0.05": {
    more: small("--phase", "cost"),
    shows: measured("none", "always_on", "ratio:0.01", "ratio:0.1", "tail:errors,slow=250ms,ratio=0.05"),
  },
  "npm run bench -- backend-outage": {
    more: small("--backend", "slow:50ms"),
    shows: measured("none", "always_on slow:50ms"),
  },
  "npm run compare -- --commits main HEAD --sampler ratio:0.1": {
    // a clone of one commit has no main
    words: { main: "HEAD" },
    more: small("--phase", "cost", "--no-reference"),
    shows: told(/HEAD \(2\) against HEAD \(1\): no verdict/),
  },
  "npm run list": { shows: told(/backend-outage/) },
  "npm run -s schema -- --scenario": { shows: told(/"samplers"/) },
  "npm run wrappers": { more: ["2"], shows: told(/counted +\d/) },
  "npm run bench -- --sampler ratio:0.1": {
    by: "e2e/bench.test.ts",
    title: "a run measures none, always_on and what was asked, in all phases",
  },
  "npm run bench -- --sampler always_on --processor batch:queue=64,batch=16 --phase capacity": {
    by: "e2e/bench.test.ts",
    title: "a queue that is too small drops spans at saturation, and every drop is booked",
  },
  "npm run bench -- --resume FILE": {
    by: "e2e/bench.test.ts",
    title: "a harness that is killed leaves no process, and its journal resumes to the whole plan",
  },
  "npm run calibrate": {
    by: "e2e/calibrate.test.ts",
    title: "calibrate measures its four sections, burns what it says, and prints and keeps the page",
  },
  "npm run peers": {
    by: "../bench/peers/run.test.ts",
    title: "in miniature: every request that our driver sent reached the service",
  },
  "npm ci": { by: "../.ci/run", title: "npm ci" },
  "npm test": { by: "../.ci/run", title: "npm test" },
};

/** Every command of the README: of its code blocks, and those within sentences. */
function commandsShown(): string[] {
  const blocks = readme.split("\n").filter((line) => /^ {4}\S/.test(line));
  const inline = [...readme.matchAll(/`([^`]+)`/g)].map((match) => match[1]!);
  const commands = [...blocks, ...inline]
    .flatMap((text) => text.trim().replaceAll(/\s+/g, " ").split(" && "))
    .map((text) => text.replace(/ +#.*$/, ""));
  return [...new Set(commands.filter((text) => /^(npm|npx|node) /.test(text)))];
}

async function run(command: string, { words = {}, more = [], shows }: Run): Promise<void> {
  const [, name, rest = ""] = /^npm run (?:-s )?(\S+)(?: -- (.*))?$/.exec(command) ?? [];
  const line = name === undefined ? command : `${scripts[name]} ${rest}`;
  const out = join(folder, "out.json");
  const standing: Record<string, string> = { "FILE.json": FILE, "BASE.json": FILE, "CANDIDATE.json": FILE, ...words };
  const [node, ...args] = line.trim().split(" ");
  assert.equal(node, "node", `${command} is run by node`);
  const isMeasured = line.includes(" bench ") || line.includes("--commits");
  const ends = isMeasured && !more.includes("--out") ? ["--out", out] : [];
  const all = [...args.map((word) => standing[word] ?? word), ...more, ...ends];
  const { exitCode, stdout, stderr } = await execa(process.execPath, all, { cwd: REPOSITORY, reject: false });
  // 1: a trial is void, which a busy machine may make it; nothing met the constraints; a verdict
  assert.ok(exitCode === 0 || exitCode === 1, `${command} ended with ${exitCode}: ${stderr}`);
  shows({ stdout, out });
}

describe("a command that the README shows", () => {
  it("is known here, and none is that it does not show", () => {
    assert.deepEqual(commandsShown().toSorted(), Object.keys(COMMANDS).toSorted());
  });
  for (const [command, known] of Object.entries(COMMANDS)) {
    if ("by" in known) {
      it(`${command}: has a test of its own`, () => {
        const text = readFileSync(join(import.meta.dirname, known.by), "utf8");
        assert.ok(text.includes(known.title), known.title);
        const words = command.split(" -- ")[1]?.split(" ") ?? [];
        for (const word of words.filter((word) => word !== "FILE")) assert.ok(text.includes(`"${word}"`), word);
      });
    } else it(command, () => run(command, known));
  }
});

describe("a generated part of the README", () => {
  const alike = (text: string): string => text.replaceAll(/-{2,}/g, "-").replaceAll(/ +/g, " ");
  for (const [name, part] of Object.entries(generatedParts()))
    it(`is what the code makes it: ${name} (npm run readme)`, () => {
      assert.equal(alike(partIn(readme, name)), alike(part));
    });
});
