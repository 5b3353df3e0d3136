import assert from "node:assert/strict";
import { test } from "node:test";
import { checkText } from "./check.ts";

test("a line of the check has no secret of a command line, and no control character of a service", () => {
  const line = {
    word: "ok",
    check: "measured process",
    text: "node s.js --api-key=s3cret",
    fix: "name \u001B[2J",
  } as const;
  const text = checkText(line, { color: false });
  assert.ok(!text.includes("s3cret") && !text.includes("\u001B"), text);
  assert.match(text, /^ok +measured process: node s\.js .*\. Fix: name/);
});
