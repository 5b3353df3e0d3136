import assert from "node:assert/strict";
import { test } from "node:test";
import type { LoadResult } from "../../load/job.ts";
import { RequestColumns } from "../../load/request-columns.ts";
import { encodeHistogram } from "../../record/records.fixture.ts";
import { loadOf } from "./load.ts";
import { codesOf } from "../gates/readings.fixture.ts";

const none = encodeHistogram([]);
const requests = new RequestColumns().table([]);
const EMPTY = { latenessUs: none, responseTimeUs: none, serviceTimeUs: none, requests } as LoadResult;

/** 170 requests; so many of them left 4 ms late. */
function lateOf(late: number) {
  const latenessUs = encodeHistogram([...Array(170 - late).fill(150), ...Array(late).fill(4000)]);
  return loadOf({ ...EMPTY, latenessUs }).lateMs;
}

test("the lower bound of a p99 is high only if more of the requests are late than chance would make", () => {
  assert.ok(lateOf(2).p99 > 3);
  assert.ok(lateOf(2).p99Low! < 1);
  assert.ok(lateOf(9).p99Low! > 3);
});

test("without requests there is no lateness", () => {
  assert.deepEqual(loadOf(EMPTY).lateMs, { p50: 0, p99: 0, p99Low: 0, max: 0 });
});

test("two late requests of a few do not make a trial invalid, nine do", () => {
  assert.deepEqual(codesOf({ load: { lateMs: lateOf(2) } }), []);
  assert.deepEqual(codesOf({ load: { lateMs: lateOf(9) } }), ["driver-late"]);
});
