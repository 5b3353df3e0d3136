import assert from "node:assert/strict";
import { test } from "node:test";
import { steadyNow } from "../base/clock.ts";
import type { Trial } from "../plan/trial.ts";
import { abortedRecord } from "./trial-record.ts";

test("a step of the wall clock is no duration of a trial", (t) => {
  const startedAt = steadyNow();
  for (const stepMs of [-3_600_000, 3_600_000]) {
    const stepped = Date.now() + stepMs;
    t.mock.method(Date, "now", () => stepped);
    const { tookMs } = abortedRecord({} as Trial, startedAt);
    assert.ok(tookMs >= 0 && tookMs < 3_600_000, `${tookMs} ms`);
  }
});
