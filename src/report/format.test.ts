import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { centerText, changeText, countText, errorText, figureText, plain, shareText } from "./format.ts";

const tight = { center: 1.183, low: 1.171, high: 1.196 };

test("a figure shows as many digits as its interval supports", () => {
  assert.equal(figureText({ center: 123.4567, low: 121.91, high: 124.93 }), "123.5 [121.9, 124.9]");
  assert.equal(figureText({ center: 123.4567, low: 100, high: 150 }), "123 [100, 150]");
  assert.equal(figureText({ center: 0.00123, low: 0.0011, high: 0.0014 }), "0.00123 [0.00110, 0.00140]");
  assert.equal(figureText({ center: 8123.4, low: 8001, high: 8250 }), "8,123 [8,001, 8,250]");
});

test("a ratio is told as change in percent", () => {
  assert.equal(changeText(tight), "+18.3 % [17.1, 19.6]");
  assert.equal(changeText({ center: 0.676, low: 0.66, high: 0.69 }), "−32.4 % [−34.0, −31.0]");
  assert.equal(changeText({ center: 1.0002, low: 0.996, high: 1.004 }), "+0.02 % [−0.40, 0.40]");
});

test("what has no interval is marked, and has two digits at most", () => {
  assert.equal(changeText({ center: 1.183 }), "~+18 %");
  assert.equal(changeText({ center: 0.997 }), "~−0.3 %");
  assert.equal(figureText({ center: 283.4 }), "~280");
  assert.equal(shareText({ center: 0.0981 }), "~9.8 %");
  assert.equal(errorText({ center: 0.05 }), "~+5 %");
});

test("shares and errors are told in percent", () => {
  assert.equal(shareText({ center: 0.098, low: 0.091, high: 0.105 }), "9.8 % [9.1, 10.5]");
  assert.equal(errorText({ center: -0.05, low: -0.08, high: -0.02 }), "−5.0 % [−8.0, −2.0]");
});

test("a share of whole traces that is an upper bound is marked as one", () => {
  const figure = { center: 0.98, low: 0.97, high: 0.99 };
  assert.equal(shareText({ ...figure, warnings: [{ code: "drift" }] }), "98.0 % [97.0, 99.0]");
  assert.equal(shareText({ ...figure, warnings: [{ code: "unnamed-losses" }] }), "≤ 98.0 % [97.0, 99.0]");
});

test("without its brackets a figure keeps the digits that the interval gave it", () => {
  assert.equal(centerText({ center: 11.34, low: 10.2, high: 83.1 }), "11");
  assert.equal(centerText({ center: 12.71, low: 11.6, high: 14.8 }), "12.7");
  assert.equal(centerText({ center: 48.73 }), "~49");
});

test("counts have separators, and no number an exponent", () => {
  assert.equal(countText(61204), "61,204");
  assert.equal(plain(1234567.8), "1,234,568");
  fc.assert(fc.property(fc.double({ min: -1e15, max: 1e15, noNaN: true }), (value) => !/e/.test(plain(value))));
});

test("the text of an interval keeps its order: low ≤ center ≤ high", () => {
  const numbers = fc.tuple(...Array.from({ length: 3 }, () => fc.double({ min: 0.01, max: 1e6, noNaN: true })));
  fc.assert(
    fc.property(numbers, (three) => {
      const [low, center, high] = three.toSorted((a, b) => a - b);
      const told = figureText({ center: center!, low: low!, high: high! })
        .replaceAll(/(?<=\d),(?=\d)/g, "")
        .match(/[\d.]+/g)!
        .map(Number);
      return told.length === 1 || (told[1]! <= told[0]! && told[0]! <= told[2]!);
    }),
  );
});
