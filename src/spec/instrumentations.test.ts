import assert from "node:assert/strict";
import { test } from "node:test";
import { addedInstrumentations } from "./instrumentations.ts";

test("one list has names that another lacks, or there are none that are all left out or all added", () => {
  const pairs: readonly [string, string, readonly string[]][] = [
    ["auto", "auto-pg", ["pg"]],
    ["auto,fs", "auto", ["fs"]],
    ["auto-dns", "auto-dns,auto-pg", ["pg"]],
    ["http,express", "http", ["express"]],
    ["http", "none", ["http"]],
    ["auto-pg", "auto", []],
    ["auto-dns", "auto-pg", []],
    ["auto", "auto-express,auto-router", ["express", "router"]],
    ["auto-express", "auto-express,auto-router", ["router"]],
    ["http,express", "none", ["express", "http"]],
    ["auto,fs", "auto-pg", []],
    ["auto", "http", []],
    ["auto", "auto", []],
  ];
  for (const [more, fewer, names] of pairs)
    assert.deepEqual(addedInstrumentations(more, fewer), names, `${more} ${fewer}`);
});
