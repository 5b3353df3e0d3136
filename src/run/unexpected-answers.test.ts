import assert from "node:assert/strict";
import { test } from "node:test";
import { answersFix } from "./unexpected-answers.ts";

test("a status that comes beside the expected one is added to it", () => {
  const answers = { route: "GET /", status: "500", of: 200 };
  assert.match(answersFix([{ ...answers, count: 2 }]), /add 500 .*\[200, 500\]/);
  assert.match(answersFix([{ ...answers, count: 200 }]), /correct path.*"expect": \[500\]/);
});
