import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { rowsOf, tableOf } from "../spans.fixture.ts";
import { Malformed } from "./malformed.ts";
import { decodeZipkinJson } from "./zipkin-json.ts";

const TRACE_ID = "0af7651916cd43dd8448eb211c80319c";
const SPAN_ID = "b7ad6b7169203331";

describe("decoding Zipkin v2", () => {
  const zipkin = (span: object): unknown => rowsOf(tableOf(decodeZipkinJson, Buffer.from(JSON.stringify([span]))))[0];
  const ids = { traceId: TRACE_ID, id: SPAN_ID };

  it("reads a span with its tags", () => {
    const tags = {
      "otel.status_code": "ERROR",
      error: "declined",
      "spantoll.request_id": "12",
      "sampler.adjusted_count": "3",
    };
    const localEndpoint = { ipv4: "127.0.0.1", serviceName: "orders" };
    assert.deepEqual(
      zipkin({
        ...ids,
        parentId: "00000000000000ff",
        name: "get",
        kind: "SERVER",
        timestamp: 1_760_000_000_000_001,
        duration: 250,
        localEndpoint,
        tags,
      }),
      {
        traceId: TRACE_ID,
        spanId: SPAN_ID,
        parentId: "00000000000000ff",
        service: "orders",
        name: "get",
        kind: 2,
        status: 2,
        startUs: 1_760_000_000_000_001,
        durationUs: 250,
        requestId: 12,
        adjustedCount: 3,
      },
    );
  });

  it("takes a trace id of 16 digits, and a span without a kind as internal", () => {
    const row = zipkin({ traceId: "48485a3953bb6124", id: SPAN_ID }) as Record<string, unknown>;
    assert.deepEqual([row["traceId"], row["kind"], row["status"]], ["0".repeat(16) + "48485a3953bb6124", 1, 0]);
  });

  it("refuses what is malformed", () => {
    for (const span of [
      {},
      { id: SPAN_ID },
      { ...ids, id: 5 },
      { ...ids, duration: "x" },
      { ...ids, tags: [] },
      { ...ids, traceId: "ab" },
    ]) {
      assert.throws(() => zipkin(span), Malformed, JSON.stringify(span));
    }
  });
});
