import assert from "node:assert/strict";
import { test } from "node:test";
import { median } from "./median.ts";

test("the median is the middle value, the mean of the middle two of an even count, and undefined of nothing", () => {
  assert.equal(median([9, 1, 10]), 9);
  assert.equal(median([10, 9, 1, 2]), 5.5);
  assert.equal(median([]), undefined);
});
