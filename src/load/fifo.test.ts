import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Fifo } from "./fifo.ts";

test("a fifo gives back what it got, in the order it got it", () => {
  const steps = fc.array(fc.record({ push: fc.nat(200), shift: fc.nat(200) }), { maxLength: 30 });
  fc.assert(
    fc.property(steps, (rounds) => {
      const fifo = new Fifo<number>();
      const model: number[] = [];
      let next = 0;
      for (const { push, shift } of rounds) {
        for (let i = 0; i < push; i++, next++) {
          fifo.push(next);
          model.push(next);
        }
        for (let i = 0; i < shift; i++) assert.equal(fifo.shift(), model.shift());
        assert.equal(fifo.size, model.length);
      }
    }),
  );
});
