import assert from "node:assert/strict";
import { test } from "node:test";
import { usefulBounds } from "./estimate.ts";

test("two rounds give no interval, also if they agree to the digit", () => {
  const agreed = { low: 20.1, high: 20.1 };
  assert.equal(usefulBounds(agreed, 2), undefined);
  assert.deepEqual(usefulBounds(agreed, 3), agreed);
});
