import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import { readResults } from "../record/file.ts";
import type { Results } from "../record/results.ts";
import { fixtureResults } from "../report/results.fixture.ts";
import { run, temporaryFolder } from "./program.fixture.ts";

const folder = temporaryFolder();
const file = (name: string, content: unknown): string => {
  const path = join(folder, name);
  writeFileSync(path, JSON.stringify(content));
  return path;
};
const requests = { startedAtTarget: 50, answeredByTarget: 50, completedAtDriver: 50, unfinishedAtDriver: 0 };
const service = fixtureResults({ rounds: 4, requests: 50 });
const cost = file("cost.json", { ...service, records: service.records.map((record) => ({ ...record, requests })) });
const micro = join(folder, "micro.json");
let told: Awaited<ReturnType<typeof run>>;
let results: Results;

/** The same run on another day and a quiet machine: each part so many times as dear, and in all rounds within a thousandth. */
function rerun(name: string, factor: number, day = 2): string {
  const first = new Map(results.records.toReversed().map(({ trial, micro }) => [trial.variant, micro!.nsPerOp]));
  const records = results.records.map((record) => {
    const { variant, round } = record.trial;
    const nsPerOp = first.get(variant)! * (variant === "none" ? 1 : factor) * (1 + round / 4000);
    return { ...record, micro: { ...record.micro!, nsPerOp } };
  });
  const startedAt = new Date(Date.UTC(2027, 0, day)).toISOString();
  return file(name, { ...results, records, environment: { ...results.environment, startedAt } });
}

describe("micro", () => {
  before(async () => {
    told = await run("micro", "--quick", "--rounds", "4", "--filter", "id/sp", "--filter", "id/tr", "--out", micro);
    assert.equal(told.exitCode, 0, told.stderr);
    results = readResults(micro);
  });

  it("measures what the filters leave, in fresh processes, into a results file", () => {
    assert.match(told.stdout, /^2 parts of tracing/);
    assert.match(told.stderr, /round 4 of at most 4/);
    assert.equal(results.records.length, 4 * (2 + 1));
    assert.deepEqual(new Set(results.records.map(({ ending }) => ending)), new Set(["completed"]));
    const absolute = results.estimates.filter(({ against }) => against === undefined);
    assert.deepEqual(new Set(absolute.map(({ variant }) => variant)), new Set(["none", "id/trace", "id/span"]));
    assert.ok(absolute.every(({ low, high }) => low !== undefined && high !== undefined));
  });

  it("is reported again from its file, and held against the cost of the whole", async () => {
    const { stdout } = await run("report", micro, "--json");
    assert.match((JSON.parse(stdout) as { title: string }).title, /^2 parts of tracing/);
    const explained = await run("report", cost, "--parts", micro);
    assert.equal(explained.exitCode, 0);
    assert.match(explained.stdout, /What the parts explain of always_on against none/);
    assert.match(explained.stdout.replaceAll(/\s+/g, " "), /No figure for .*span\/recorded-root/);
  });

  it("is compared in ns: a dearer part is a regression, the same file is none", async () => {
    const usual = rerun("usual.json", 1);
    const dear = await run("compare", usual, rerun("dear.json", 3));
    assert.equal(dear.exitCode, 1);
    assert.match(dear.stdout.replaceAll(/\s+/g, " "), /^Regression in .*CPU per operation of .*\(threshold 5 %\)/);
    assert.match(dear.stdout, /base \(ns\)/);
    assert.doesNotMatch(dear.stdout, /requests\/s/);
    assert.equal((await run("compare", usual, usual)).exitCode, 0);
  });

  it("is not compared with what was measured against another yardstick", async () => {
    const before = file("before.json", { ...results, scenario: { ...results.scenario, target: "none" } });
    const { exitCode, stderr } = await run("compare", before, micro);
    assert.equal(exitCode, 2);
    assert.match(stderr, /scenario target: none and yardstick, a fixed piece of work .* integers/);
  });

  it("has a history", async () => {
    const days = [1, 2, 3].map((day) => rerun(`day-${day}.json`, 1, day));
    const { exitCode, stdout } = await run("history", ...days);
    assert.equal(exitCode, 0);
    assert.match(stdout, /id\/span/);
  });
});

describe("micro refuses, before it measures", () => {
  const cases: readonly (readonly [string[], RegExp])[] = [
    [["--filter", "atribute"], /^--filter "atribute" \(did you mean "attribute"\?\): expected something that/],
    [["--filter", "span", "--filter", "nowhere"], /^--filter "nowhere": expected/],
    [["--rounds", "0"], /^--rounds "0": expected a whole number, at least 1$/],
    [["--max-time", "9"], /^--max-time "9": expected a duration/],
    [["--seed", "x"], /^--seed "x": expected a whole number/],
    [["--against", join(folder, "none.json")], /none\.json" cannot be read: ENOENT/],
    [["--against", cost, "--json"], /give one of them$/],
    [
      ["--against", file("capacity.json", fixtureResults({ phases: ["capacity"] }))],
      /^--against: expected a run whose cost/,
    ],
    [["--roundz", "3"], /unknown option '--roundz'/],
  ];
  for (const [args, message] of cases) {
    it(args.slice(0, 2).join(" "), async () => {
      const { exitCode, stdout, stderr } = await run("micro", ...args);
      assert.deepEqual([exitCode, stdout, stderr.split("\n").length], [2, "", 1]);
      assert.match(stderr, message);
    });
  }

  it("names its parts, and measures nothing, with --list", async () => {
    const { exitCode, stdout } = await run("micro", "--list", "--filter", "context/");
    assert.equal(exitCode, 0);
    assert.match(stdout, /^context\/inject .*\n(context\/.*\n?){4}$/);
  });
});
