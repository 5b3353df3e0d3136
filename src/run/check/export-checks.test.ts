import assert from "node:assert/strict";
import { test } from "node:test";
import { scenarioTextSchema, exporterSpec } from "../../spec/scenario.ts";
import { exporterVerdict, flushVerdict } from "./export-checks.ts";
import type { Observation } from "./observation.ts";

function lineOf(exporter: string, encoding: string) {
  const result = { counts: { received: 9, duplicates: 0, batches: 2, encodings: { [encoding]: 2 } } };
  return exporterVerdict({ variant: { exporter: exporterSpec.parse(exporter) }, result } as unknown as Observation);
}

test("an exporter that is set in code is wrong until the scenario names it, and the fix is that name", () => {
  for (const encoding of ["otlp-http/json", "otlp-http/json with gzip"]) {
    const { word, fix } = lineOf("otlp-http/protobuf", encoding);
    assert.equal(word, "wrong");
    const field = JSON.parse(`{${/"exporters": \[.*?\]/.exec(fix!)![0]}}`) as object;
    const [named] = scenarioTextSchema.parse(field).exporters;
    assert.match(fix!, new RegExp(`--exporter ${named!.text}`));
    assert.equal(lineOf(named!.text, encoding).word, "ok");
  }
});

test("spans that are missing at the end are not laid to the flush if a small queue may have lost them, unless none came", () => {
  const wordOf = (received: number, isLossy: boolean) => {
    const flushed = {
      result: { counts: { received }, spans: { spanId: [], kind: [], startUs: [] } },
      receivedAlive: 0,
      answered: 20,
      listeners: [],
      firstAtMs: 0,
    } as unknown as Observation;
    return flushVerdict(flushed, isLossy).word;
  };
  assert.deepEqual([wordOf(18, false), wordOf(18, true), wordOf(0, true)], ["wrong", "unknown", "wrong"]);
});
