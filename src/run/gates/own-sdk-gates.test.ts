import assert from "node:assert/strict";
import { test } from "node:test";
import type { Phase } from "../../spec/phases.ts";
import { gate } from "./gates.ts";
import { readings, type Changes } from "./readings.fixture.ts";

/** When the window ends, ms since 1970. */
const endMs = 1_795_000_010_000;

function outside(traces: number): Changes {
  return { outside: { received: traces, duplicates: 0, rejected: 0, traces } };
}

/** 30 % of 7000 requests have a sampled caller: 1975 to 2227. */
const belowCallers = (kept: number): Changes => ({
  ...outside(kept),
  arrivals: { serverTraces: kept, lastMs: endMs },
  roots: { started: 7000, sampled: kept },
  sampler: "parentbased:ratio:0.1",
  templates: [
    { route: "/", path: "/", class: "ordinary", method: "GET", expect: [200], weight: 1, parent: { sampled: 0.3 } },
  ],
});

const keepingNothing = (arrived: number): Changes => ({
  sampler: "always_off",
  arrivals: { serverTraces: arrived, lastMs: endMs },
});

/** What is just not allowed any more, and what just still is, at 7000 requests and ratio:0.1. */
const GATES: readonly { code: string; beyond: Changes; within: Changes }[] = [
  {
    code: "variant-without-effect",
    beyond: { ...outside(700), sink: { encodings: { "otlp-http/protobuf": 9, "otlp-http/json": 1 } } },
    within: { ...outside(700), sink: { encodings: { "otlp-http/protobuf": 10 } } },
  },
  {
    code: "variant-without-effect",
    beyond: { ...outside(700), sink: { largestBatch: 513 } },
    within: { ...outside(700), sink: { largestBatch: 512 } },
  },
  {
    code: "kept-share",
    beyond: { ...outside(788), arrivals: { serverTraces: 788, lastMs: endMs } },
    within: { ...outside(787), arrivals: { serverTraces: 787, lastMs: endMs } },
  },
  {
    code: "kept-share",
    beyond: { ...outside(618), arrivals: { serverTraces: 618, lastMs: endMs } },
    within: { ...outside(619), arrivals: { serverTraces: 619, lastMs: endMs } },
  },
  {
    code: "kept-share",
    beyond: { ...outside(4), ...keepingNothing(4) },
    within: { ...outside(3), ...keepingNothing(3) },
  },
  { code: "kept-share", beyond: belowCallers(1974), within: belowCallers(1975) },
  { code: "sampling-ratio", beyond: belowCallers(2228), within: belowCallers(2227) },
  {
    code: "no-flush-at-exit",
    beyond: { ...outside(650), arrivals: { serverTraces: 650, lastMs: endMs - 300 } },
    within: { ...outside(650), arrivals: { serverTraces: 650, lastMs: endMs - 100 } },
  },
];

test("requests-unnamed, once a run: in the phase in which the SDK is asked to name requests, or if there is none", () => {
  const has = (phase: Phase, phases: Phase[]): boolean =>
    gate(readings({ ...outside(700), judged: false, phase, phases })).some(({ code }) => code === "requests-unnamed");
  assert.deepEqual([has("latency", ["cost", "latency"]), has("cost", ["cost", "latency"])], [true, false]);
  assert.equal(has("cost", ["cost"]), true);
});

for (const { code, beyond, within } of GATES)
  test(`${code}: a warning beyond its limit, and none within`, () => {
    const has = (changes: Changes): boolean => gate(readings(changes)).some((warning) => warning.code === code);
    assert.deepEqual([has(beyond), has(within)], [true, false]);
  });
