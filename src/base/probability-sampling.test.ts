import assert from "node:assert/strict";
import { it } from "node:test";
import fc from "fast-check";
import { adjustedCountOf } from "./probability-sampling.ts";

it("reads the threshold of the ot member, at any place", () => {
  assert.equal(adjustedCountOf("ot=th:0"), 1);
  assert.equal(adjustedCountOf("ot=th:8"), 2);
  assert.equal(adjustedCountOf("ot=th:c;rv:d29d6a7215ced0"), 4);
  assert.equal(adjustedCountOf("vendor=th:8, ot=rv:ab;th:fd70a4 ,x=y"), 1 / (1 - 0xfd70a4 / 2 ** 24));
  assert.equal(adjustedCountOf("ot=th:ffffffffffffff"), 2 ** 56);
});

it("is NaN without a valid threshold", () => {
  for (const text of [
    "",
    "ot=",
    "ot=th:",
    "ot=rv:8",
    "xot=th:8",
    "ot=th:xyz",
    "ot=th:123456789abcdef",
    "th:8",
    "a=ot=th:8",
    ",,;",
  ]) {
    assert.equal(adjustedCountOf(text), NaN, text);
  }
});

it("is 2^56 / (2^56 - T) for every threshold", () => {
  fc.assert(
    fc.property(fc.bigInt(0n, 2n ** 56n - 1n), (threshold) => {
      const digits = threshold
        .toString(16)
        .padStart(14, "0")
        .replace(/0{1,13}$/, "");
      const exact = Number(2n ** 116n / (2n ** 56n - threshold)) / 2 ** 60;
      assert.ok(Math.abs(adjustedCountOf(`ot=th:${digits}`) / exact - 1) < 1e-12, digits);
    }),
  );
});
