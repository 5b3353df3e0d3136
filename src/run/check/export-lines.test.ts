import assert from "node:assert/strict";
import { test } from "node:test";
import { scenarioTextSchema, exporterSpec } from "../../spec/scenario.ts";
import { exporterLine, flushLine } from "./export-lines.ts";
import type { Observation } from "./observation.ts";

function lineOf(exporter: string, encoding: string) {
  const result = { counts: { received: 9, duplicates: 0, batches: 2, encodings: { [encoding]: 2 } } };
  return exporterLine({ variant: { exporter: exporterSpec.parse(exporter) }, result } as unknown as Observation)!;
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

test("what is lost at the end is not known of a service whose sampler keeps less than was asked all the time", () => {
  const wordOf = (received: number, keptShare: number) => {
    const flushed = {
      result: { counts: { received }, spans: { spanId: [], kind: [], startUs: [] } },
      receivedAlive: 0,
      answered: 20,
      listeners: [],
      firstAtMs: 0,
    } as unknown as Observation;
    return flushLine(flushed, keptShare).word;
  };
  assert.deepEqual([wordOf(18, 1), wordOf(18, 0.5), wordOf(0, 0.1)], ["wrong", "unknown", "unknown"]);
  assert.deepEqual([wordOf(0, 1), wordOf(0, 0.6)], ["wrong", "wrong"]);
});
