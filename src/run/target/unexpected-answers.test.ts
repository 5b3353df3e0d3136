import assert from "node:assert/strict";
import { test } from "node:test";
import { answersFix } from "./unexpected-answers.ts";

test("a status that comes beside the expected one is added to it", () => {
  const answers = { route: "GET /", status: "500", of: 200 };
  assert.match(answersFix([{ ...answers, count: 2 }]), /add 500 .*\[200, 500\]/);
});

test("a status that all answers have names the fields of the request to correct, and of a redirection its path", () => {
  const fixFor = (...statuses: string[]): string =>
    answersFix(statuses.map((status, at) => ({ route: `GET /${at}`, status, count: 200, of: 200 })));
  for (const status of ["404", "500"])
    assert.match(fixFor(status), new RegExp(`"path", "headers" or "body", .*"expect": \\[${status}\\]`));
  assert.match(fixFor("301", "302"), /final path.*"path", .*"expect": \[301, 302\]/);
  assert.match(fixFor("302", "404"), /"headers"/);
});
