import assert from "node:assert/strict";
import { test } from "node:test";
import { syntheticRecord, syntheticResults } from "../estimate/synthetic.fixture.ts";
import { collectorsOf } from "./facts.ts";

test("the foot has the version of each program between service and sink; of older files it is unknown", () => {
  const shown = (versions: Readonly<Record<string, string | undefined>>) =>
    collectorsOf(
      syntheticResults(
        Object.entries(versions).map(([variant, version]) => ({
          ...syntheticRecord({ variant, round: 1 }),
          ...(variant.includes(" via ") && { collector: { bytesOut: 1, ...(version !== undefined && { version }) } }),
        })),
      ),
    ).map(({ label, value }) => `${label} ${value}`);
  assert.deepEqual(shown({ none: undefined, always_on: undefined }), []);
  assert.deepEqual(shown({ "always_on via batch": undefined }), ["Collector unknown"]);
  assert.deepEqual(
    shown({ "always_on via batch": "0.161.0", "ratio:0.1 via batch": "0.161.0", "always_on via jaeger": "1.76.0" }),
    ["Collector 0.161.0", "Jaeger 1.76.0"],
  );
  assert.deepEqual(shown({ "always_on via batch": "0.161.0", "ratio:0.1 via batch": undefined }), [
    "Collector 0.161.0, unknown",
  ]);
});
