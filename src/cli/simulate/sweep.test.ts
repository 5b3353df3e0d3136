import assert from "node:assert/strict";
import { test } from "node:test";
import { UserError } from "../../base/problem.ts";
import { sweepSpecs } from "./sweep.ts";

test("a sweep takes both ends, and 1, 2 and 5 of each decade between", () => {
  assert.deepEqual(sweepSpecs("ratio=0.001..0.05"), [
    "ratio:0.001",
    "ratio:0.002",
    "ratio:0.005",
    "ratio:0.01",
    "ratio:0.02",
    "ratio:0.05",
  ]);
  assert.deepEqual(sweepSpecs("ratio=0.3..1"), ["ratio:0.3", "ratio:0.5", "ratio:1"]);
  assert.deepEqual(sweepSpecs("probability=10%..30%"), ["probability:0.1", "probability:0.2", "probability:0.3"]);
  assert.deepEqual(sweepSpecs("rate=1/s..5/s"), ["rate:1/s", "rate:2/s", "rate:5/s"]);
  assert.deepEqual(sweepSpecs("ratio=0.1..0.1"), ["ratio:0.1"]);
});

test("any parameter of any sampler has a range, in equal steps if it has a step", () => {
  assert.deepEqual(sweepSpecs("tail:errors,slow=100ms..500ms"), [
    "tail:errors,slow=100ms",
    "tail:errors,slow=200ms",
    "tail:errors,slow=500ms",
  ]);
  assert.deepEqual(sweepSpecs("ratio:0.1..0.4+0.1"), ["ratio:0.1", "ratio:0.2", "ratio:0.3", "ratio:0.4"]);
  assert.deepEqual(sweepSpecs("parentbased:rate:1/s..2/s"), ["parentbased:rate:1/s", "parentbased:rate:2/s"]);
});

test("a wrong sweep names what is wrong", () => {
  const cases: readonly [string, RegExp][] = [
    ["tail:errors,slow=50ms-500ms", /did you mean "tail:errors,slow=50ms\.\.500ms"\?/],
    ["ratio=0,001..1", /did you mean "ratio=0\.001\.\.1"\?/],
    ["ratio", /such as ratio:0\.001\.\.1/],
    ["ration=0.1..1", /unknown sampler "ration" \(did you mean "ratio"\?\)/],
    ["ratio=1..0.1", /not fall/],
    ["ratio=0..1", /begin above 0/],
    ["rate=1/s..5/m", /same unit/],
    ["ratio=0.1..5", /ratio takes a share/],
  ];
  for (const [text, message] of cases) {
    assert.throws(
      () => sweepSpecs(text),
      (error) => error instanceof UserError && message.test(error.message),
    );
  }
});
