import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { labelPlaces } from "./label-places.ts";

const WIDTH = 900;
const SYMBOL = 12;

const point = fc.record({
  label: fc.string({ minLength: 1, maxLength: 30 }),
  x: fc.integer({ min: 0, max: WIDTH }),
  y: fc.integer({ min: 0, max: 300 }),
});

test("a label covers neither a symbol nor another label, and does not leave the chart sideways", () => {
  fc.assert(
    fc.property(fc.array(point, { minLength: 1, maxLength: 20 }), (points) => {
      const places = labelPlaces(points, WIDTH, SYMBOL);
      const boxes = points.flatMap(({ label, x, y }, at) => {
        const place = places[at];
        if (place === undefined) return [];
        const anchor = x - SYMBOL / 2 + place.position[0];
        const [long, top] = [label.length * 7, y - SYMBOL / 2 + place.position[1]];
        const left = place.align === "left" ? anchor : anchor - long;
        return [{ left, right: left + long, top, bottom: top + 14 }];
      });
      const symbols = points.map(({ x, y }) => ({ left: x - 6, right: x + 6, top: y - 6, bottom: y + 6 }));
      boxes.forEach((box, at) => {
        for (const other of [...symbols, ...boxes.slice(0, at)])
          assert.ok(
            box.left >= other.right || other.left >= box.right || box.top >= other.bottom || other.top >= box.bottom,
          );
        assert.ok(box.left >= 0 && box.right <= WIDTH + SYMBOL);
      });
    }),
  );
});

test("points far from each other all have their label", () => {
  const points = [0, 300, 600, 890].map((x, at) => ({ label: `ratio:0.${at}`, x, y: 100 }));
  assert.ok(labelPlaces(points, WIDTH, SYMBOL).every((place) => place !== undefined));
});
