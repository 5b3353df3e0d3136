import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Latest } from "./latest.ts";

test("remembers the latest value of each of the latest keys, and never more than twice as many", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 8 }), fc.array(fc.tuple(fc.nat(40), fc.nat(9))), (least, entries) => {
      const latest = new Latest<number, number>(least);
      for (const [key, value] of entries) latest.set(key, value);
      const order = new Map<number, number>();
      for (const [key, value] of entries) {
        order.delete(key);
        order.set(key, value);
      }
      for (const [key, value] of [...order].slice(-least)) assert.equal(latest.get(key), value);
      const known = [...order].filter(([key]) => latest.get(key) !== undefined);
      assert.ok(known.length <= 2 * least);
      for (const [key, value] of known) assert.equal(latest.get(key), value);
    }),
  );
});
