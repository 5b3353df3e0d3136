import assert from "node:assert/strict";
import { test } from "node:test";
import { measure } from "./measure.ts";
import type { Operation } from "./part.ts";

const effort = { warmupMs: 2, timeMs: 2 };
const still: Operation = { run: () => undefined, most: 1 };

/** An operation that takes no time, and what was asked of it, in order: made for so many, run so often, let go. */
function scripted(limits: Pick<Operation, "multiple" | "most">): { operation: Operation; asked: (string | number)[] } {
  const asked: (string | number)[] = [];
  const operation: Operation = {
    ...limits,
    prepare: (times) => void asked.push(`made ${times}`),
    run: (times) => void asked.push(times),
    settle: () => void asked.push("let go"),
    close: async () => void asked.push("closed"),
  };
  return { operation, asked };
}

test("an operation is done as often at once as it can be, and no more, in powers of two of its multiple", async () => {
  const { operation, asked } = scripted({ multiple: 3, most: 30 });
  const { opsPerSample } = await measure(operation, still, effort);
  const runs = asked.filter((one) => typeof one === "number");
  assert.deepEqual([...new Set(runs)], [3, 6, 12, 24]);
  assert.equal(opsPerSample, 24);
});

test("each run has what was made for it, and lets go of it before the next; at the end the operation is closed", async () => {
  const { operation, asked } = scripted({ most: 4 });
  const { samples } = await measure(operation, still, effort);
  assert.equal(asked.pop(), "closed");
  for (let at = 0; at < asked.length; at += 3)
    assert.deepEqual(asked.slice(at, at + 3), [`made ${asked[at + 1]}`, asked[at + 1], "let go"]);
  assert.ok(samples >= 8);
  assert.deepEqual(asked.filter((one) => typeof one === "number").slice(-samples), Array(samples).fill(4));
});
