import assert from "node:assert/strict";
import { test } from "node:test";
import { changeText, countText, differenceText, figureText, plain, shareText } from "./format.ts";

const UNNAMED = [{ code: "unnamed-losses" }];

test("a symmetric interval is one number, any other both ends, with as many digits as it supports", () => {
  assert.equal(figureText({ center: 284.41, low: 283.1, high: 285.72 }), "284.4 ±1.3");
  assert.equal(figureText({ center: 190, low: 175.2, high: 211.4 }), "190 [175, 211]");
  assert.equal(figureText({ center: 61204.4, low: 61000, high: 61408 }), "61,204 ±204");
});

test("a figure without an interval is marked and rough; one without spread is exact", () => {
  assert.equal(figureText({ center: 283.9 }), "~280");
  assert.equal(changeText({ center: 1.183 }), "~+18 %");
  assert.equal(figureText({ center: 8, low: 8, high: 8 }), "8");
});

test("changes and differences carry their sign, and zero carries none", () => {
  assert.equal(changeText({ center: 1.183, low: 1.171, high: 1.195 }), "+18.3 ±1.2 %");
  assert.equal(changeText({ center: 0.35, low: 0.29, high: 0.43 }), "−65 % [−71, −57]");
  assert.equal(differenceText({ center: 44, low: 42.8, high: 45.2 }), "+44.0 ±1.2");
  assert.equal(changeText({ center: 1, low: 1, high: 1 }), "0 %");
});

test("shares end at 100 and mark upper bounds", () => {
  assert.equal(shareText({ center: 1, low: 0.988, high: 1 }), "100 % [98.8, 100]");
  assert.equal(shareText({ center: 0.0981, low: 0.09, high: 0.12, warnings: UNNAMED }), "≤ 9.8 % [9.0, 12.0]");
});

test("counts have separators, minus is a true minus", () => {
  assert.equal(countText(1234567), "1,234,567");
  assert.equal(plain(-0.001234), "−0.00123");
});
