import assert from "node:assert/strict";
import { test } from "node:test";
import { syntheticMicroRecord, syntheticResults } from "../estimate/synthetic.fixture.ts";
import type { TrialRecord } from "../record/trial-record.ts";
import { buildReport } from "./build.ts";

/** A part's process whose samples took so long. */
function sampled(part: string, sampleMs: number): TrialRecord {
  const measured = { nsPerOp: 1000, yardstickNs: 1000, samples: 100, opsPerSample: sampleMs * 1000 };
  return { ...syntheticMicroRecord(part, 1, 1000), micro: { nsPerOp: 1000, measured } };
}

function clockOf(...records: readonly TrialRecord[]): string {
  const { scenario, ...results } = syntheticResults([syntheticMicroRecord("none", 1, 1000), ...records]);
  const report = buildReport({ ...results, scenario: { ...scenario, phases: [] } }, []);
  return report.method.find((line) => line.startsWith("The clock"))!;
}

test("how many samples of parts there were, and how long, is what was measured, in this file", () => {
  assert.match(
    clockOf(sampled("span/attribute", 1), sampled("id/span", 1)),
    /, then 100 samples of 1 ms, whose median/,
  );
  assert.match(
    clockOf(sampled("span/attribute", 0.256), sampled("export/otlp-protobuf", 0.032)),
    /, then 100 samples of 0\.032 to 0\.26 ms, /,
  );
  assert.match(clockOf(), /, then samples, whose /);
});
