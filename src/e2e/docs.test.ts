/** Every command of the README runs, and generated parts of README and docs are current. */
import assert from "node:assert/strict";
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { before, describe, it } from "node:test";
import { temporaryFolder } from "../base/temporary-folder.fixture.ts";
import { currentText, generateParts, section } from "../../bench/docs.ts";
import type { Results } from "../record/results.ts";
import { runTogether, runTogetherIn, TINY } from "./program.fixture.ts";

const REPOSITORY = join(import.meta.dirname, "../..");
const folder = temporaryFolder();
const [measured, traces, scenario] = ["measured.json", "traces.jsonl", "scenario.json"].map((name) =>
  join(folder, name),
) as [string, string, string];

/** What stands for words of the README: files of a small run, and refs that every clone has. */
const STAND_INS: Readonly<Record<string, string>> = {
  "FILE.json": measured,
  "BASE.json": measured,
  "CANDIDATE.json": measured,
  "results/*.json": measured,
  "report.html": join(folder, "report.html"),
  "traces.jsonl": traces,
  "my-service.json": scenario,
  main: "HEAD",
};
const SMALL = [...TINY, "--phase", "cost", "--target", "bare:1"];

/** Command and arguments of each code block's `npm run`. */
const commands = [
  ...readFileSync(join(REPOSITORY, "README.md"), "utf8").matchAll(/^ {4}npm (?:--prefix \S+ )?run (\S+) -- (.*)$/gm),
];

describe("commands of the README", () => {
  before(async () => {
    const few = ["--rounds", "2", "--sampler", "ratio:0.1"];
    await runTogether("bench", ...SMALL, ...few, "--record", traces, "--out", measured);
    copyFileSync(join(REPOSITORY, "scenarios/default.json"), scenario);
  });
  for (const [, command, text] of commands) {
    it(`${command} ${text}`, async () => {
      const words = text!.split(" ").map((word) => STAND_INS[word] ?? word);
      // commits.test.ts measures two commits
      const size = words.includes("--base") ? ["--dry-run"] : SMALL;
      const more = command === "bench" ? [...size, "--force", "--out", join(folder, "again.json")] : [];
      const { exitCode, stdout, stderr } = await runTogether(command!, ...words, ...more);
      assert.ok([0, 1, 3].includes(exitCode), `${exitCode}: ${stderr}`);
      assert.ok(`${stdout}${stderr}` !== "");
    });
  }
});

it("the limits that the README gives to advise have an answer on its own results", async () => {
  const [, , text] = commands.find(([, command]) => command === "advise") ?? assert.fail("no advise");
  const words = text!.split(" ").map((word) => (word === "FILE.json" ? "results/example.json" : word));
  const { exitCode, stdout } = await runTogetherIn(REPOSITORY, "advise", ...words);
  assert.equal(exitCode, 0, stdout);
});

it("a results file has a section in docs, with the tables that have rows", () => {
  const text = section("results/placement-orders.json", ["placement"], "###");
  assert.match(text, /^### Placement orders$/m);
  assert.match(text, /\*\*Where to sample\*\*\n\n\|/);
  assert.match(text, /spans that no cause accounts for: 0\./);
  // a file may be older than the version in its records
  assert.match(text, /SDK \d.* · Collector (?:\d+\.\d+\.\d+|unknown)\./);
});

it("a phase without figures has no empty table on the page of tolls", () => {
  const results = JSON.parse(readFileSync(join(REPOSITORY, "results/example.json"), "utf8")) as Results;
  const records = results.records.map((one) => ({ ...one, valid: one.valid && one.trial.phase !== "latency" }));
  const file = join(folder, "no-latency.json");
  writeFileSync(file, JSON.stringify({ ...results, records }));
  const text = section(relative(REPOSITORY, file));
  for (const [title] of text.matchAll(/^\*\*.*\*\*\n\n.*$/gm)) assert.match(title, /\n\|/);
});

describe("a generated part is current (npm run docs)", async () => {
  const normal = (text: string): string => text.replaceAll(/-{2,}/g, "-").replaceAll(/ +/g, " ");
  for (const part of await generateParts())
    it(`${part.file}: ${part.name}`, () => assert.equal(normal(currentText(part)), normal(part.text)));
});
