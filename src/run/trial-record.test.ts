import assert from "node:assert/strict";
import { test } from "node:test";
import { thisMoment } from "../base/clock.ts";
import type { Trial } from "../plan/plan.ts";
import { abortedRecord } from "./trial-record.ts";

test("a step of the wall clock is no duration of a trial, and when the next one starts is by that clock", (t) => {
  t.mock.timers.enable({ apis: ["Date"], now: 7_200_000 });
  const startedAt = thisMoment();
  for (const nowMs of [3_600_000, 10_800_000]) {
    t.mock.timers.setTime(nowMs);
    const { tookMs } = abortedRecord({} as Trial, startedAt);
    assert.ok(tookMs >= 0 && tookMs < 3_600_000, `${tookMs} ms`);
    assert.equal(abortedRecord({} as Trial, thisMoment()).startedAt, new Date(nowMs).toISOString());
  }
});
