import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { simulated } from "./recording.fixture.ts";

const PUBLIC_TRACES = join(import.meta.dirname, "../../../shared/traces");
/** Records as the list of the files states them; spans, if Zipkin's records are parts of fewer. */
const PUBLIC: readonly [file: string, records: number, traces: number, spans?: number][] = [
  ["otlp-online-boutique.jsonl.gz", 22_345, 515],
  ["otlp-train-ticket.jsonl.gz", 10_243, 137],
  ["otlp-proto-example.json", 1, 1],
  ["jaeger-crisp-18.json", 9, 1],
  ["jaeger-ui-flamegraph.json", 4, 1],
  ["zipkin-smartthings-install.json", 1041, 1, 957],
  ["zipkin-smartthings-oauth.json", 175, 1, 172],
  ["zipkin-yelp.json", 16, 1],
];
for (const [name, records, traces, spans = records] of PUBLIC) {
  const file = join(PUBLIC_TRACES, name);
  test(`reads all of the public ${name}`, { skip: !existsSync(file) }, async () => {
    const { recording, strategies } = await simulated([file], { samplers: ["always_on"], windowSpans: 50_000 });
    assert.deepEqual([recording.records, recording.spans, recording.traces], [records, spans, traces]);
    assert.equal(strategies[0]!.repetitions[0]!.fidelity.traces.whole, traces);
  });
}
