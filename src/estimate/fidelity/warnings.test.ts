import assert from "node:assert/strict";
import { test } from "node:test";
import { unnamedLossesWarnings } from "./warnings.ts";

test("without a ledger the fix is to get one, and not to look for losses that are not known", () => {
  const fixOf = (lostSpans: number | undefined): string =>
    unnamedLossesWarnings([{ traces: { arrived: 4, whole: 4, partial: 0, rootless: 0 }, lostSpans }])[0]!.fix;
  assert.match(fixOf(undefined), /own_sdk,sdk_metrics/);
  assert.doesNotMatch(fixOf(10), /sdk_metrics/);
});
