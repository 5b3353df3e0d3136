import assert from "node:assert/strict";
import { test } from "node:test";
import type { ReadableSpan } from "@opentelemetry/sdk-trace-base";
import { jsonOf, protobufOf, rowsOf, someSpans, tableOf } from "../spans.fixture.ts";
import { decodeOtlpJson } from "./otlp-json.ts";
import { decodeOtlpProtobuf } from "./otlp-protobuf.ts";
import { decodeZipkinJson } from "./zipkin-json.ts";

const KEYS = ["http.request.header.x-request-id", "http.request.header.x_request_id", "spantoll.request_id"];

/** The request id of one span with this attribute, in each format. */
function idsOf(key: string, value: string | number | string[]): unknown[] {
  const span = Object.assign(Object.create(someSpans(1)[0]!) as ReadableSpan, { attributes: { [key]: value } });
  const tags = [String(value), JSON.stringify(value)].map((tag) => ({ [key]: tag }));
  const zipkin = tags.map((each) =>
    Buffer.from(JSON.stringify([{ traceId: "1".repeat(32), id: "2".repeat(16), tags: each }])),
  );
  const tables = [
    tableOf(decodeOtlpProtobuf, protobufOf([span])),
    tableOf(decodeOtlpJson, jsonOf([span])),
    ...zipkin.map((body) => tableOf(decodeZipkinJson, body)),
  ];
  return tables.map((table) => rowsOf(table)[0]!["requestId"]);
}

test("a captured request header names the request, in both spellings and as a list", () => {
  for (const key of KEYS) assert.deepEqual(idsOf(key, ["42"]), [42, 42, 42, 42], key);
  for (const key of KEYS) assert.deepEqual(idsOf(key, 42), [42, 42, 42, 42], key);
});

test("other headers, and ids that are not the driver's, name none", () => {
  const none = [NaN, NaN, NaN, NaN];
  assert.deepEqual(idsOf("http.request.header.x-request-ix", ["42"]), none);
  for (const value of [[], [""], ["abc"]]) assert.deepEqual(idsOf(KEYS[0]!, value), none, String(value));
});
