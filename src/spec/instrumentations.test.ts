import assert from "node:assert/strict";
import { test } from "node:test";
import { addedInstrumentation } from "./instrumentations.ts";

test("one list has names that another lacks, or it has none that are all left out or all added", () => {
  const pairs: readonly [string, string, string | undefined][] = [
    ["auto", "auto-pg", "pg"],
    ["auto,fs", "auto", "fs"],
    ["auto-dns", "auto-dns,auto-pg", "pg"],
    ["http,express", "http", "express"],
    ["http", "none", "http"],
    ["auto-pg", "auto", undefined],
    ["auto-dns", "auto-pg", undefined],
    ["auto", "auto-express,auto-router", "express and router"],
    ["auto-express", "auto-express,auto-router", "router"],
    ["http,express", "none", "http and express"],
    ["auto,fs", "auto-pg", undefined],
    ["auto", "http", undefined],
    ["auto", "auto", undefined],
  ];
  for (const [more, fewer, name] of pairs) assert.equal(addedInstrumentation(more, fewer), name, `${more} ${fewer}`);
});
