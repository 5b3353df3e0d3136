import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { rowsOf, tableOf } from "../spans.fixture.ts";
import { Malformed } from "./malformed.ts";
import { decodeOtlpJson } from "./otlp-json.ts";
import { decodeZipkinJson } from "./zipkin-json.ts";

describe("a large body of JSON", () => {
  const isRefused = (body: string, status: number): void => {
    for (const decode of [decodeOtlpJson, decodeZipkinJson])
      assert.throws(
        () => tableOf(decode, Buffer.from(body)),
        (error) => error instanceof Malformed && error.status === status,
      );
  };

  it("is refused before it is parsed if it is little but empty objects or lists", () => {
    for (const empty of ["{},", "[],", '{"a":[]},']) isRefused(`[${empty.repeat(1.5e6 / empty.length)}{}]`, 413);
    isRefused(`[${"{},".repeat(1000)}{}]`, 400);
    isRefused("[".repeat(1.5e6), 413);
  });

  it("may be full of spans", () => {
    const attributes = [{ key: "list", value: { arrayValue: {} } }];
    const many = Array.from({ length: 10_000 }, (_, at) => {
      return { traceId: "a".repeat(32), spanId: String(at).padStart(16, "a"), attributes };
    });
    const body = JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: many }] }] });
    assert.ok(body.length > 1.2e6);
    assert.equal(rowsOf(tableOf(decodeOtlpJson, Buffer.from(body))).length, 10_000);
  });
});
