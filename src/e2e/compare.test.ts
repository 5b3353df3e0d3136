import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { UserError } from "../base/problem.ts";
import { DEFAULT_THRESHOLDS } from "../estimate/metrics.ts";
import { syntheticRecord, syntheticResults } from "../estimate/synthetic.fixture.ts";
import type { Results } from "../record/results.ts";
import { buildComparison } from "../report/comparison/comparison.ts";
import { comparisonOfFiles } from "../cli/compare/input.ts";
import { thresholdsOf } from "../cli/compare/thresholds.ts";

const MAIN = fileURLToPath(new URL("../main.ts", import.meta.url));
const FOLDER = mkdtempSync(join(tmpdir(), "spantoll-compare-test-"));
after(() => rmSync(FOLDER, { recursive: true }));

/** `cost` is the CPU of `always_on` over `none`, `drift` how slow the whole machine is. */
function results(cost: number, { drift = 1, lost = 0, rounds = 6 } = {}): Results {
  const records = Array.from({ length: rounds }, (_, index) => index + 1).flatMap((round) => {
    const machine = 100 * drift * (1 + 0.01 * (round % 3));
    return [
      syntheticRecord({ variant: "none", round, cpu: machine }),
      syntheticRecord({ variant: "always_on", round, cpu: machine * cost * (1 + 0.002 * (round % 2)), lost }),
    ];
  });
  return syntheticResults(records);
}

function file(name: string, content: Results | string): string {
  const path = join(FOLDER, name);
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}

const compare = (...args: string[]) => execa(process.execPath, [MAIN, "compare", ...args], { reject: false });

const like = results(1.5);
const base = file("base.json", like);

describe("compare BASE CANDIDATE", () => {
  it("ends with 1 and names variant, metric and threshold where something got dearer", async () => {
    const markdown = join(FOLDER, "comment.md");
    const dear = file("dear.json", results(1.6, { drift: 1.3 }));
    const { exitCode, stdout } = await compare(base, dear, "--json", "--markdown", markdown);
    assert.equal(exitCode, 1);
    const told = JSON.parse(stdout) as { title: string; comparisons: { ratio: { verdict?: string } }[] };
    assert.match(told.title, /^Regression in .*: CPU per request of always_on \+6\.\d+ % .*\(threshold 2 %\)/);
    assert.ok(told.comparisons.some(({ ratio }) => ratio.verdict === "regression"));
    assert.match(readFileSync(markdown, "utf8"), /^\*\*Regression in /);
  });

  it("ends with 0 where only the machine got slower, and says what corrects for that", async () => {
    const { exitCode, stdout } = await compare(base, file("slower.json", results(1.5, { drift: 1.3 })));
    assert.equal(exitCode, 0);
    assert.match(stdout, /^No regression found/);
    assert.match(stdout.replaceAll(/\s+/g, " "), /divided by the same file's none/);
    assert.match(stdout, /none .*\+30.* – \(drift\)/);
  });

  it("ends with 1 where nothing could be judged, and says how many rounds would do", async () => {
    const few = file("few.json", results(1.5, { rounds: 2 }));
    const { exitCode, stdout, stderr } = await compare(few, few);
    assert.equal(exitCode, 1);
    assert.match(stdout.replaceAll(/\s+/g, " "), /no verdict, since there are too few rounds/);
    assert.match(
      stderr,
      /^nothing could be judged: no verdict from fewer than 4 rounds \(here 2\); --rounds 4 or more/,
    );
  });

  describe("where every verdict on cost is inconclusive", () => {
    const noisy = file("noisy.json", {
      ...like,
      records: like.records.map((record) => {
        const { resources, trial } = record;
        const cpuUsPerRequest =
          resources!.cpuUsPerRequest * (trial.variant === "none" ? 1 : 1 + 0.3 * (trial.round % 2));
        return { ...record, resources: { ...resources!, cpuUsPerRequest } };
      }),
    });
    const lossy = file("lossy-before.json", results(1.5, { lost: 20 }));
    const cases: readonly (readonly [string, string, string])[] = [
      ["no span was lost in either", base, "1 inconclusive; no span lost in either"],
      ["fewer spans are lost", lossy, "1 inconclusive; of spans lost 1 improvement"],
    ];
    for (const [what, before, told] of cases) {
      it(`ends with 1, though ${what}`, async () => {
        const { exitCode, stdout, stderr } = await compare(before, noisy);
        assert.equal(exitCode, 1);
        assert.match(stdout.replaceAll(/\s+/g, " "), new RegExp(`^Nothing could be judged in .*: ${told}\\.`));
        assert.match(stderr, /^nothing could be judged: every verdict on cost is inconclusive/);
      });
    }

    it("ends with 1 where more spans are lost, which is a regression and a verdict", async () => {
      const lossyToo = results(1.5, { lost: 20 }).records;
      const worse = file("worse.json", {
        ...like,
        records: (JSON.parse(readFileSync(noisy, "utf8")) as Results).records.map((record, at) => ({
          ...record,
          ledger: lossyToo[at]!.ledger!,
        })),
      });
      const { exitCode, stdout, stderr } = await compare(base, worse);
      assert.deepEqual([exitCode, stderr], [1, ""]);
      assert.match(stdout.replaceAll(/\s+/g, " "), /^Regression in .*: spans lost of always_on/);
    });
  });

  it("counts apart that no span was lost in either, and says where", () => {
    const { title, tables } = buildComparison(comparisonOfFiles(base, base, DEFAULT_THRESHOLDS, false));
    assert.match(title, /: 1 equivalent; no span lost in either\.$/);
    assert.match(tables.at(-1)!.notes.join(), /^Spans lost: none in either, for 2 variants \(cost\)\./);
  });

  it("does not say that no span was lost where one variant lost some", () => {
    const lossy = file("lossy-both.json", results(1.5, { lost: 20 }));
    const { title } = buildComparison(comparisonOfFiles(lossy, lossy, DEFAULT_THRESHOLDS, false));
    assert.match(title, /: 1 equivalent; of spans lost 1 equivalent\.$/);
  });

  it("repeats what both files were warned of", () => {
    const foreign = { code: "foreign-load", message: "other programs used 60 % of a core", fix: "end them" };
    const warned = (name: string, trials: number): string =>
      file(name, {
        ...like,
        records: like.records.map((record, at) => (at < trials ? { ...record, warnings: [foreign] } : record)),
      });
    const [before, after] = [warned("before.json", 1), warned("after.json", 5)];
    const { caveats } = buildComparison(comparisonOfFiles(before, after, DEFAULT_THRESHOLDS, false));
    assert.deepEqual(caveats, [
      `${before} was warned of foreign-load (1 of 12 trials).`,
      `${after} was warned of foreign-load (5 of 12 trials).`,
    ]);
  });

  it("remarks that both are the same file, however it was named", () => {
    const otherwise = `${FOLDER}/./base.json`;
    const { caveats } = buildComparison(comparisonOfFiles(base, otherwise, DEFAULT_THRESHOLDS, false));
    assert.match(caveats.join(), /^Base and candidate are the same file/);
  });

  it("takes thresholds", () => {
    const verdicts = (cpu: number): unknown[] =>
      comparisonOfFiles(base, file("tolerated.json", results(1.6)), { ...DEFAULT_THRESHOLDS, cpu }, false)
        .comparisons.filter(({ ratio }) => ratio.variant === "always_on" && ratio.metric === "cpuUsPerRequest")
        .map(({ ratio }) => ratio.verdict);
    assert.deepEqual([verdicts(0.02), verdicts(0.1)], [["regression"], ["equivalent"]]);
  });

  it("calls lost spans a regression where there were none", () => {
    const lossy = file("lossy.json", results(1.5, { lost: 20 }));
    const { title, tables } = buildComparison(comparisonOfFiles(base, lossy, DEFAULT_THRESHOLDS, false));
    assert.match(title, /spans lost of always_on \+2\.?\d* % .*of the spans/);
    assert.ok(tables.some((table) => table.title.startsWith("spans lost")));
  });
});

describe("compare refuses, with the reason", () => {
  const machine = { ...like.environment, cpu: { ...like.environment.cpu, model: "Other CPU" } };
  const cases: readonly (readonly [string, string, RegExp])[] = [
    ["another machine", file("cpu.json", { ...like, environment: machine }), /CPU model: A and Other CPU/],
    [
      "another Node",
      file("node.json", { ...like, environment: { ...like.environment, node: "v26.10.0" } }),
      /Node: v24\.21\.0 and v26\.10\.0/,
    ],
    [
      "another rate",
      file("rate.json", { ...like, scenario: { ...like.scenario, ratePerSecond: 50 } }),
      /scenario ratePerSecond: 600 and 50/,
    ],
    [
      "one that was quick, in words first",
      file("quick.json", {
        ...like,
        scenario: { ...like.scenario, durationMs: { cost: 3000, latency: 1200, capacity: 1000 } },
      }),
      /cannot be compared: only ".*quick\.json" was measured with --quick; scenario durationMs/,
    ],
    ["a truncated file", file("cut.json", JSON.stringify(like).slice(0, 5000)), /not whole JSON, perhaps cut off/],
    ["a newer schema", file("newer.json", JSON.stringify({ ...like, schemaVersion: 99 })), /schema version 99/],
    ["another file", file("other.json", "{}"), /not a results file of Spantoll/],
    ["a missing file", join(FOLDER, "missing.json"), /missing\.json" cannot be read: ENOENT/],
  ];
  for (const [what, candidate, reason] of cases) {
    it(what, () => {
      const refused = (error: unknown): boolean => error instanceof UserError && reason.test(error.message);
      assert.throws(() => comparisonOfFiles(base, candidate, DEFAULT_THRESHOLDS, false), refused);
    });
  }

  it("on one line of stderr, and ends with 2", async () => {
    for (const [, candidate, reason] of cases.filter(([what]) => /machine|Node|truncated|newer/.test(what))) {
      const { exitCode, stdout, stderr } = await compare(base, candidate);
      assert.deepEqual([exitCode, stdout, stderr.split("\n").length], [2, "", 1]);
      assert.match(stderr, reason);
    }
  });

  it("a wrong threshold, and one file alone", () => {
    assert.throws(() => thresholdsOf("cup=2%"), /--threshold "cup=2%": .*did you mean "cpu"/);
    assert.throws(() => thresholdsOf("cpu=2"), /--threshold "cpu=2": expected a share from 0 to 1/);
    assert.throws(() => thresholdsOf("cpu"), UserError);
  });

  it("but compares what is unlike with --anyway, and says so", () => {
    const input = comparisonOfFiles(base, join(FOLDER, "cpu.json"), DEFAULT_THRESHOLDS, true);
    assert.deepEqual(buildComparison(input).caveats, ["Unlike, compared by --anyway: CPU model: A and Other CPU"]);
    assert.ok(input.comparisons.length > 0);
  });
});
