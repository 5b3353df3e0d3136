import assert from "node:assert/strict";
import { test } from "node:test";
import hdr from "hdr-histogram-js";
import { assertConserved, jobFor } from "../drivers/service.fixture.ts";
import { RequestTally } from "../request-tally.ts";
import { countAnswers, type EngineAnswer, type EngineRequest } from "./engine.ts";

const JOB = jobFor([{ origin: "http://127.0.0.1:1" }]);
const REQUESTS: EngineRequest[] = [0, 10, 20, 30, 40].map((dueMs, at) => ({
  arrival: { type: "arrival", dueMs, id: at + 1, target: 0, slotMs: dueMs, measured: true },
  template: 0,
  origin: "http://127.0.0.1:1",
  rendered: { method: "GET", path: "/", headers: [], body: undefined },
}));

test("an engine's answers are counted as its own clock times them, and what it left out is skipped", () => {
  const answer = (number: number, sentMs: number, more: Partial<EngineAnswer> = {}): EngineAnswer => ({
    number,
    sentMs,
    tookMs: 2,
    status: 200,
    end: "completed",
    wasSent: true,
    ...more,
  });
  const tally = new RequestTally(JOB, 0);
  const lastMs = countAnswers(
    REQUESTS,
    [
      answer(1, 9_013),
      answer(0, 9_000, { status: 500 }),
      answer(3, 9_031, { status: 0, end: "error", wasSent: false }),
      answer(2, 9_020, { status: 0, end: "timeout" }),
    ],
    [tally],
  );
  const result = tally.close("a", 50, undefined);
  assertConserved(result);
  const { intended, sent, completed, unexpected, errors, timeouts, skipped } = result;
  assert.deepEqual([intended, sent, completed, unexpected], [5, 3, 2, 1]);
  assert.deepEqual([errors, timeouts, skipped, lastMs], [1, 1, 1, 31]);
  assert.deepEqual(Array.from(result.requests.responseTimeUs).slice(0, 2), [2000, 5000]);
  const lateness = hdr.decodeFromCompressedBase64(result.latenessUs);
  assert.deepEqual([lateness.totalCount, lateness.minNonZeroValue], [4, 1000]);
  assert.ok(Math.abs(lateness.maxValue - 3000) < 3);
});
