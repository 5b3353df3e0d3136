import assert from "node:assert/strict";
import { test } from "node:test";
import { formatAbout } from "./progress.ts";

test("the time left keeps one format while it runs down", () => {
  const texts = [125_000, 120_000, 100_000, 89_000, 60_000, 59_100, 0].map(formatAbout);
  assert.deepEqual(texts, ["2 min 5 s", "2 min", "1 min 40 s", "1 min 29 s", "1 min", "1 min", "0 s"]);
});
