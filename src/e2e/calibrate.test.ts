/** End to end, as small as it gets: one round of short windows, so that nothing is proven and all is run. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { temporaryFolder } from "../base/temporary-folder.fixture.ts";
import { BARE, burningOf } from "../estimate/calibration.ts";
import { readCalibrationOrResults, type Calibration } from "../record/calibration-file.ts";
import type { Results } from "../record/results.ts";
import { runTogether, start } from "./program.fixture.ts";

const folder = temporaryFolder();
const SMALL = ["calibrate", "--quick", "--rounds", "1", "--target", "bare:1"];

const readCalibration = (path: string): Calibration => readCalibrationOrResults(path) as Calibration;
const recordOf = (section: Results, variant: string) => section.records.find(({ trial }) => trial.variant === variant)!;

test("calibrate measures its two sections, burns what it says, and prints and keeps the page", async () => {
  const [out, markdown] = [join(folder, "whole.json"), join(folder, "page.md")];
  const { exitCode, stdout, stderr } = await runTogether(...SMALL, "--out", out);
  assert.equal(exitCode, 3, "one round has no interval, so no promise could be checked");
  assert.match(stdout, /^Not every promise could be checked/);
  assert.match(stderr, /2 of 2/);
  assert.match(stderr, /about \d+ s left/);
  const { sections, ending, noiseFloor } = readCalibration(out);
  assert.deepEqual([ending, noiseFloor], ["completed", undefined]);
  const { knownTruth } = sections;
  const burnt = ["none", burningOf(0.05), burningOf(0.2)].map(
    (variant) => recordOf(knownTruth!, variant).resources!.burntUsPerRequest ?? 0,
  );
  assert.ok(burnt[0]! < burnt[1]! && burnt[1]! < burnt[2]!, String(burnt));
  const bare = recordOf(knownTruth!, BARE);
  assert.deepEqual([bare.ending, bare.ledger], ["completed", undefined]);
  assert.ok(bare.sink!.batches > 0);
  assert.equal(recordOf(knownTruth!, "always_on").ledger!.residual, 0);
  const again = await runTogether("report", out, "--markdown", markdown);
  assert.equal(again.exitCode, 0, again.stderr);
  assert.match(readFileSync(markdown, "utf8"), /twins/);
});

test("interrupted, it keeps what is measured, and says where", async () => {
  const out = join(folder, "interrupted.json");
  const subprocess = start([...SMALL, "--rounds", "3", "--out", out]);
  const journal = join(folder, "interrupted.sideBySide.journal.jsonl");
  const hasTrial = (): boolean => existsSync(journal) && readFileSync(journal, "utf8").split("\n").length > 2;
  for (let tries = 0; tries < 600 && !hasTrial(); tries++) await sleep(50);
  subprocess.kill("SIGINT");
  const { exitCode, stdout, stderr } = await subprocess;
  assert.equal(exitCode, 130);
  assert.match(stdout, /! Interrupted/);
  assert.match(stderr, /calibration: .*interrupted\.partial\.json/);
  const { sections, ending } = readCalibration(join(folder, "interrupted.partial.json"));
  assert.equal(ending, "interrupted");
  assert.ok(sections.sideBySide!.records.some((record) => record.ending === "completed"));
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.startsWith("interrupted")),
    ["interrupted.partial.json"],
  );
});

test("mistakes exit with 2 and one line, before anything is measured", async () => {
  const mistakes: [string[], RegExp][] = [
    [["--rounds", "none"], /^--rounds "none": expected a whole number/],
    [["--target", "bares:5"], /did you mean "bare"/],
    [["--quick", "--out", join(folder, "absent", "x.json")], /absent/],
    [["--quick", "--out", folder], /^--out ".*": it is a folder/],
    [["--rate", "5/s"], /unknown option '--rate'/],
  ];
  for (const [args, expected] of mistakes) {
    const { exitCode, stdout, stderr } = await runTogether("calibrate", "--quiet", ...args);
    assert.deepEqual([exitCode, stdout], [2, ""], args.join(" "));
    assert.match(stderr, expected);
    assert.equal(stderr.trim().split("\n").length, 1, stderr);
  }
});
