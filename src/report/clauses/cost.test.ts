/** What the headline says of the cost that is saved, and why a figure is no finding. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { changed, fixtureReport } from "../report.fixture.ts";

test("nothing is saved of a cost that is not shown", () => {
  const noisy = changed((record) => {
    const { trial, resources } = record;
    const factor = trial.variant === "none" ? 1 : 0.6 + 0.3 * (trial.round % 4);
    return resources === undefined ? record : { ...record, resources: { ...resources, cpuUsPerRequest: 240 * factor } };
  });
  const { title } = fixtureReport({}, noisy);
  assert.match(title, /always_on: \S+ .*µs \(inconclusive\), and ratio:0\.1 takes/);
  assert.doesNotMatch(title, /saves/);
});

test("an interrupted run whose trials all ran has rounds that are invalid, and none that is missing", () => {
  const title = (isRun: boolean): string =>
    fixtureReport({ rounds: 6 }, (results) => ({
      ...results,
      ending: "interrupted",
      records: results.records
        .filter(({ trial }) => isRun || trial.round <= 2)
        .map((record) =>
          record.trial.variant === "none" && record.trial.round > 2 ? { ...record, valid: false } : record,
        ),
    })).title;
  assert.match(title(true), /2 valid of 6 rounds/);
  assert.match(title(false), /2 of 6 rounds, interrupted/);
});
