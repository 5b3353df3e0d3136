/** Variants whose trials of a phase are all invalid: none is left out in silence. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { TrialRecord } from "../record/trial-record.ts";
import type { Phase } from "../spec/phases.ts";
import { changed, columnOf, fixtureReport, tableOf } from "./report.fixture.ts";

const PHASES = ["cost", "latency", "capacity"] as const;
const ROUNDS = 4;

const reportWith = (samplers: readonly string[], isInvalid: (trial: TrialRecord["trial"]) => boolean) =>
  fixtureReport(
    { samplers, rounds: ROUNDS },
    changed((record) => (isInvalid(record.trial) ? { ...record, valid: false } : record)),
  );

test("the table of a phase has a row for each variant, the reason, and how many rounds count", () => {
  for (const phase of PHASES) {
    const report = reportWith(
      ["ratio:0.1", "ratio:0.01"],
      (trial) => trial.phase === phase && (trial.variant !== "ratio:0.01" || trial.round > 2),
    );
    assert.deepEqual(columnOf(report, phase, "variant"), ["none", "always_on", "ratio:0.1", "ratio:0.01"]);
    const firsts = tableOf(report, phase).rows.map((row) => row[1]!);
    assert.deepEqual(
      firsts.map(({ text }) => text === "no valid trial"),
      [true, true, true, false],
    );
    assert.ok(
      tableOf(report, phase).notes.some((note) =>
        [`of ${ROUNDS}`, "none 0", "always_on 0", "ratio:0.1 0", "ratio:0.01 2"].every((part) => note.includes(part)),
      ),
    );
    for (const other of PHASES.filter((one) => one !== phase))
      assert.ok(!tableOf(report, other).notes.some((note) => note.includes("none 0")));
  }
});

test("the headline names the side that has no valid trial, or that no round has both", () => {
  const titleOf = (phase: Phase, isInvalid: (variant: string, round: number) => boolean): string =>
    reportWith(["ratio:0.1"], (trial) => trial.phase === phase && isInvalid(trial.variant, trial.round)).title;
  for (const phase of ["cost", "latency"] as const) {
    const [both, baseline, own, apart] = [
      titleOf(phase, (variant) => variant !== "always_on"),
      titleOf(phase, (variant) => variant === "none"),
      titleOf(phase, (variant) => variant === "ratio:0.1"),
      titleOf(phase, (variant, round) => variant === (round > 2 ? "none" : "ratio:0.1")),
    ];
    assert.match(both, new RegExp(`no valid trial of ratio:0\\.1 and none in the phase ${phase}`));
    assert.match(baseline, new RegExp(`no valid trial of none in the phase ${phase}`));
    assert.match(own, new RegExp(`no valid trial of ratio:0\\.1 in the phase ${phase}`));
    assert.match(apart, new RegExp(`no round in which .* both ratio:0\\.1 and none .* ${phase}`));
  }
  assert.doesNotMatch(reportWith(["ratio:0.1"], () => false).title, /no valid|no round/);
});
