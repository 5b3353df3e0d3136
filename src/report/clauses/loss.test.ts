/** What the headline and the lines under it say of lost spans if some are not counted. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { changed, fixtureReport } from "../report.fixture.ts";

const LOST = { lostAtCapacity: 0.1 };

/** always_on has no ledger at capacity in these rounds. */
const uncounted = (isUncounted: (round: number) => boolean) =>
  changed(({ ledger, ...record }) => {
    const { phase, variant, round } = record.trial;
    const isOut = variant === "always_on" && phase === "capacity" && isUncounted(round);
    return isOut || ledger === undefined ? record : { ...record, ledger };
  });

test("what another variant lost is said to be unknown if no trial counted it, or not every one", () => {
  for (const isUncounted of [() => true, (round: number) => round > 1])
    assert.match(fixtureReport(LOST, uncounted(isUncounted)).title, /; always_on lost an unknown share at capacity\.$/);
});

test("a count of some trials is said to be of these", () => {
  const { caveats } = fixtureReport(
    LOST,
    uncounted((round) => round > 1),
  );
  assert.match(caveats.join(), /always_on [\d,]+ of [\d,]+ \(10 %, in 1 of \d+ trials, unknown in the others\)/);
});
