import assert from "node:assert/strict";
import { test } from "node:test";
import { rangedMessage, shapeOf, strongestFix } from "./alike.ts";

test("messages that differ in numbers only are told as one, with their ranges", () => {
  const messages = [
    "late: p99 21.7 ms (limit 2.0 ms)",
    "late: p99 2.4 ms (limit 2.0 ms)",
    "late: p99 111.5 ms (limit 2.0 ms)",
  ];
  assert.equal(new Set(messages.map(shapeOf)).size, 1);
  assert.equal(rangedMessage(messages), "late: p99 2.4 … 111.5 ms (limit 2.0 ms)");
  assert.equal(rangedMessage(["changed by -66.0 %", "changed by 18.4 %"]), "changed by −66.0 … 18.4 %");
});

test("digits within names keep messages apart", () => {
  assert.notEqual(shapeOf("ratio:0.1 @v1 lost 3"), shapeOf("ratio:0.1 @v2 lost 3"));
  assert.notEqual(shapeOf("trial cost-1-1 lost 3"), shapeOf("trial cost-1-2 lost 3"));
  assert.notEqual(shapeOf("http 503 p99"), shapeOf("http 503 p50"));
});

test("of fixes that differ in numbers only, the one that does for all is told", () => {
  assert.equal(strongestFix(["--rounds 8", "--rounds 11", "--rounds 9"]), "--rounds 11");
});

test("one message stays as it is", () => {
  assert.equal(rangedMessage(["no numbers here"]), "no numbers here");
});
