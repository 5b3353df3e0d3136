import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { quote, readSpec } from "./spec-string.ts";

test("a spec is a kind, a main value, pairs and flags", () => {
  assert.deepEqual(readSpec("tail:errors,slow=250ms"), {
    kind: "tail",
    items: [
      { key: undefined, value: "errors" },
      { key: "slow", value: "250ms" },
    ],
  });
});

test("commas within quotes and parentheses do not separate", () => {
  assert.deepEqual(readSpec('a:(b:1,c=2),d="x,y"').items, [
    { key: undefined, value: "b:1,c=2" },
    { key: "d", value: "x,y" },
  ]);
});

test("a value may hold colons, equals signs after the first, and spaces", () => {
  assert.deepEqual(readSpec("command:node server.js --port={port}").items, [
    { key: undefined, value: "node server.js --port={port}" },
  ]);
});

test("unbalanced quotes and parentheses are refused", () => {
  for (const text of ['a:"b', "a:(b", "a:b)"]) assert.throws(() => readSpec(text), { name: "UserError" }, text);
});

test("whatever is quoted reads back to itself, as a main value and as a field", () => {
  fc.assert(
    fc.property(fc.string(), (value) => {
      assert.equal(readSpec(`k:${quote(value)}`).items[0]!.value, value);
      assert.deepEqual(readSpec(`k:key=${quote(value)},flag`).items, [
        { key: "key", value },
        { key: undefined, value: "flag" },
      ]);
    }),
  );
});
