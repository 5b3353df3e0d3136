import assert from "node:assert/strict";
import { test } from "node:test";
import protobuf from "protobufjs";
import { Malformed } from "../decode/malformed.ts";
import { SdkMetrics } from "./sdk-metrics.ts";

interface Point {
  readonly process: string;
  readonly metric: string;
  readonly value: number;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly delta?: boolean;
}

/** An `ExportMetricsServiceRequest` with one sum. Source: opentelemetry-proto, metrics/v1. */
function report({ process, metric, value, attributes = {}, delta = false }: Point): Uint8Array {
  const message = (fill: (writer: protobuf.Writer) => void): Uint8Array => {
    const writer = protobuf.Writer.create();
    fill(writer);
    return writer.finish();
  };
  const text = (content: string): Uint8Array => message((writer) => writer.uint32(10).string(content));
  const pairs = Object.entries(attributes).map(([key, content]) =>
    message((writer) => writer.uint32(10).string(key).uint32(18).bytes(text(content))),
  );
  const point = message((writer) => {
    writer.uint32(17).fixed64(7).uint32(49).sfixed64(value);
    for (const pair of pairs) writer.uint32(58).bytes(pair);
  });
  const sum = message((writer) =>
    writer
      .uint32(10)
      .bytes(point)
      .uint32(16)
      .int32(delta ? 1 : 2),
  );
  const named = message((writer) => writer.uint32(10).string(metric).uint32(58).bytes(sum));
  const scope = message((writer) => writer.uint32(18).bytes(named));
  const resource = message((writer) => writer.uint32(10).bytes(text(process)).uint32(18).bytes(scope));
  return message((writer) => writer.uint32(10).bytes(resource));
}

const started = (process: string, value: number, result: string, delta = false): Uint8Array => {
  const attributes = { "otel.span.sampling_result": result };
  return report({ process, metric: "otel.sdk.span.started", value, attributes, delta });
};

test("the latest totals of each process are added up; other metrics are none of it", () => {
  const metrics = new SdkMetrics();
  assert.equal(metrics.counts(), undefined);
  metrics.add(report({ process: "a", metric: "http.server.active_requests", value: 3 }));
  assert.equal(metrics.counts(), undefined);
  metrics.add(started("a", 10, "RECORD_AND_SAMPLE"));
  metrics.add(started("a", 25, "RECORD_AND_SAMPLE"));
  metrics.add(started("b", 5, "RECORD_AND_SAMPLE"));
  metrics.add(started("b", 4, "DROP"));
  const full = { "error.type": "queue_full" };
  metrics.add(report({ process: "a", metric: "otel.sdk.processor.span.processed", value: 6, attributes: full }));
  metrics.add(report({ process: "a", metric: "otel.sdk.exporter.span.exported", value: 24 }));
  assert.deepEqual(metrics.counts(), {
    processes: 2,
    dropped: 4,
    recordOnly: 0,
    sampled: 30,
    live: 0,
    processed: { queue_full: 6 },
    exported: { "": 24 },
  });
});

test("reports of what has come since the last one are added up", () => {
  const metrics = new SdkMetrics();
  for (const value of [3, 4]) metrics.add(started("a", value, "DROP", true));
  assert.equal(metrics.counts()!.dropped, 7);
});

test("a body that is cut off is malformed and counts nothing", () => {
  const whole = started("a", 300, "DROP");
  const metrics = new SdkMetrics();
  assert.throws(() => metrics.add(whole.subarray(0, whole.length - 3)), Malformed);
  assert.equal(metrics.counts(), undefined);
});
