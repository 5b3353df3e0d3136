import assert from "node:assert/strict";
import { test } from "node:test";
import type { Phase } from "../../spec/phases.ts";
import { changed, fixtureReport, tableOf } from "../report.fixture.ts";

test("the profile says on how many rounds its figures rest, and has the largest part first", () => {
  const report = (isValid: (round: number) => boolean) =>
    fixtureReport(
      { phases: ["profile"], rounds: 6 },
      changed((record) => {
        const { round, variant } = record.trial;
        const added = variant === "none" ? 0 : 20;
        const profile = {
          "the service": 90,
          sdk: 1 + added,
          exporter: 1 + added / 2,
          "native code and system calls": 9,
        };
        return { ...record, profile, valid: variant === "none" || isValid(round) };
      }),
    );
  const few = tableOf(
    report((round) => round < 3),
    "profile",
  );
  assert.match(few.notes.join("\n"), /\b2 to 6 rounds/);
  assert.deepEqual(
    few.rows.slice(0, 2).map(([part]) => part!.text),
    ["sdk", "exporter"],
  );
  assert.doesNotMatch(
    tableOf(
      report(() => true),
      "profile",
    ).notes.join("\n"),
    / to \d+ rounds/,
  );
});

test("the sum of the parts is held against the cost that was measured without a profiler", () => {
  const profiled = changed((record) => {
    const added = record.trial.variant === "none" ? 0 : 20;
    return record.trial.phase === "profile" ? { ...record, profile: { "the service": 90, sdk: 1 + added } } : record;
  });
  const notesIn = (...phases: readonly Phase[]): string =>
    tableOf(fixtureReport({ phases }, profiled), "profile").notes.join("\n");
  assert.match(
    notesIn("cost", "profile"),
    /^always_on: the parts add up to \d+ % of the difference in the cost phase/m,
  );
  assert.doesNotMatch(notesIn("profile"), /add up/);
});
