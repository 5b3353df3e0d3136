import assert from "node:assert/strict";
import { test } from "node:test";
import { advise } from "../../estimate/advise/sweep.fixture.ts";
import { rankText } from "./choice-words.ts";

test("a variant whose CPU was not compared with that of the choice is not called undistinguished", () => {
  const { assessed, chosen } = advise(
    {},
    { always_on: { cpu: 1.5, failed: 1 }, "always_on simple": { cpu: 1.501, failed: 1 } },
  );
  const other = assessed.find((one) => one !== chosen)!;
  assert.match(rankText(other, chosen!), /^not distinguished/);
  const alone = rankText({ ...other, beyondChoice: undefined }, chosen!);
  assert.match(alone, /not compared/);
  assert.doesNotMatch(alone, /not distinguished/);
});
