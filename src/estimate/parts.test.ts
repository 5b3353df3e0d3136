import assert from "node:assert/strict";
import { test } from "node:test";
import type { Estimate } from "./estimate.ts";
import { estimateAll } from "./estimate-all.ts";
import { explainByParts } from "./parts.ts";
import { syntheticRecord, syntheticResults } from "./synthetic.fixture.ts";

const REQUESTS = 100;
/** `always_on` with eight spans a request, one of them a root: 150 µs against 100. */
const records = [1, 2, 3, 4].flatMap((round) =>
  ["none", "always_on"].map((variant) => ({
    ...syntheticRecord({ variant, round, cpu: variant === "none" ? 100 : 150, sampled: 8 * REQUESTS }),
    requests: {
      startedAtTarget: REQUESTS,
      answeredByTarget: REQUESTS,
      completedAtDriver: REQUESTS,
      unfinishedAtDriver: 0,
    },
    roots: { started: REQUESTS, sampled: REQUESTS },
  })),
);
const run = syntheticResults(records);
const estimates = estimateAll(run.records, { variants: run.plan.variants });
const content = { attributes: 4, events: 0, exceptions: 0 };

function part(variant: string, ns: number): Estimate {
  const of = { phase: "micro", variant, metric: "cpuNsPerOp", unit: "ns", method: "" } as const;
  return { ...of, warnings: [], center: ns, low: ns * 0.9, high: ns * 1.1, confidence: 0.95, n: 4 };
}

test("a part explains what it costs times how often a request does it, and the shares sum up", () => {
  const parts = [part("span/recorded-root", 1000), part("span/recorded-child", 500), part("span/attribute", 25)];
  const [explained] = explainByParts(parts, run, estimates, content);
  assert.equal(explained!.variant, "always_on");
  assert.ok(Math.abs(explained!.whole.center - 50) < 1e-9);
  assert.deepEqual(
    explained!.shares.map(({ part: name, perRequest, us }) => [name, perRequest, us]),
    [
      ["span/recorded-root", 1, 1],
      ["span/recorded-child", 7, 3.5],
      ["span/attribute", 32, 0.8],
    ],
  );
  assert.ok(Math.abs(explained!.sumUs - 5.3) < 1e-9);
  assert.ok(Math.abs(explained!.sumHalfWidthUs - Math.hypot(0.1, 0.35, 0.08)) < 1e-9);
});

test("a part that a request does and that was not measured is named, one that it does not do is not", () => {
  const [explained] = explainByParts([part("span/recorded-root", 1000)], run, estimates, content);
  assert.ok(explained!.missing.includes("export/otlp-protobuf"));
  assert.ok(!explained!.missing.includes("span/event"));
});

test("without a cost phase of none and always_on there is nothing to explain", () => {
  assert.deepEqual(explainByParts([], run, [], content), []);
});
