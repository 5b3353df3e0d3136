import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { expectedRows, jsonOf, protobufOf, rowsOf, someSpans, tableOf } from "../spans.fixture.ts";
import { Malformed } from "./malformed.ts";
import { decodeOtlpJson } from "./otlp-json.ts";
import { decodeOtlpProtobuf } from "./otlp-protobuf.ts";

const spans = [...someSpans(60), ...someSpans(30, 'pay"ment')];
const TRACE_ID = "0af7651916cd43dd8448eb211c80319c";
const SPAN_ID = "b7ad6b7169203331";
/** The same fields in protobuf, as hexadecimal digits. */
const TRACE_FIELD = `0a10${"11".repeat(16)}`;
const SPAN_FIELD = "12080102030405060708";

function otlp(span: object, resource: object = {}): Buffer {
  return Buffer.from(JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ spans: [span] }] }] }));
}

describe("decoding OTLP", () => {
  it("reads from the SDK's protobuf what the spans say", () => {
    assert.deepEqual(rowsOf(tableOf(decodeOtlpProtobuf, protobufOf(spans))), expectedRows(spans));
  });

  it("reads the same from the SDK's JSON", () => {
    assert.deepEqual(rowsOf(tableOf(decodeOtlpJson, jsonOf(spans))), expectedRows(spans));
  });

  it("reads fields in whatever order they come, the resource after its spans too", () => {
    const span = Buffer.from(SPAN_FIELD + TRACE_FIELD, "hex");
    const named = message(
      0x0a,
      message(0x0a, Buffer.from("service.name")),
      message(0x12, message(0x0a, Buffer.from("late"))),
    );
    const body = message(0x0a, message(0x12, message(0x12, span)), message(0x0a, named));
    const [row] = rowsOf(tableOf(decodeOtlpProtobuf, body));
    assert.deepEqual(
      [row!["service"], row!["spanId"], row!["kind"], row!["name"]],
      ["late", "0102030405060708", 0, ""],
    );
    const json = `{"resourceSpans":[{"scopeSpans":[{"spans":[{"attributes":[{"value":{"intValue":"7"},"key":"spantoll.request_id"}],
      "spanId":"${SPAN_ID}","traceId":"${TRACE_ID}"}]}],"resource":{"attributes":[{"value":{"stringValue":"late"},"key":"service.name"}]}}]}`;
    const [other] = rowsOf(tableOf(decodeOtlpJson, Buffer.from(json)));
    assert.deepEqual([other!["service"], other!["requestId"]], ["late", 7]);
  });

  it("takes lengths and tags that are padded with more bytes than they need", () => {
    const padded = Buffer.concat([Buffer.from("928000888000", "hex"), Buffer.from("0102030405060708", "hex")]);
    const span = Buffer.concat([padded, Buffer.from(TRACE_FIELD, "hex")]);
    const [row] = rowsOf(tableOf(decodeOtlpProtobuf, message(0x0a, message(0x12, message(0x12, span)))));
    assert.equal(row!["spanId"], "0102030405060708");
  });

  it("takes enums by number and by name, and 64-bit numbers as text and as numbers", () => {
    const of = (kind: unknown, code: unknown, time: string): unknown[] => {
      const body = `{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"${TRACE_ID.toUpperCase()}","spanId":"${SPAN_ID}",
        "kind":${JSON.stringify(kind)},"status":{"code":${JSON.stringify(code)}},"startTimeUnixNano":${time},"endTimeUnixNano":${time}}]}]}]}`;
      const [row] = rowsOf(tableOf(decodeOtlpJson, Buffer.from(body)));
      return [row!["kind"], row!["status"], row!["startUs"], row!["traceId"]];
    };
    const expected = [3, 2, 1_760_000_000_123_456, TRACE_ID];
    assert.deepEqual(of("SPAN_KIND_CLIENT", "STATUS_CODE_ERROR", '"1760000000123456000"'), expected);
    assert.deepEqual(of(3, 2, "1760000000123456000"), expected);
    assert.deepEqual(of(3, 2, "1760000000123456e3"), expected);
    assert.deepEqual(of(99, "NO_SUCH_CODE", '"1760000000123456000"').slice(0, 2), [0, 0]);
  });

  it("takes null as absent", () => {
    const span = { traceId: TRACE_ID, spanId: SPAN_ID, parentSpanId: null, name: null, attributes: null, status: null };
    const [row] = rowsOf(tableOf(decodeOtlpJson, otlp(span, { attributes: [{ key: "service.name", value: null }] })));
    assert.deepEqual([row!["parentId"], row!["name"], row!["service"]], ["0".repeat(16), "", ""]);
  });

  it("gives tracestate precedence over attributes, and takes no nonsense as a weight", () => {
    const weight = (traceState: string, attributes: Record<string, unknown>): unknown => {
      const list = Object.entries(attributes).map(([key, value]) => ({ key, value }));
      return rowsOf(
        tableOf(decodeOtlpJson, otlp({ traceId: TRACE_ID, spanId: SPAN_ID, traceState, attributes: list })),
      )[0]!["adjustedCount"];
    };
    const type = { stringValue: "probabilistic" };
    assert.equal(weight("ot=th:8", { "sampler.adjusted_count": { doubleValue: 5 } }), 2);
    assert.equal(weight("", { "sampler.adjusted_count": { intValue: "5" } }), 5);
    assert.equal(weight("", { "sampler.adjusted_count": { stringValue: "2.5" } }), 2.5);
    assert.equal(weight("", { "sampler.param": { doubleValue: 0.25 }, "sampler.type": type }), 4);
    assert.equal(weight("", { "sampler.param": { doubleValue: 0.25 } }), NaN);
    assert.equal(weight("", { "sampler.param": { doubleValue: 0 }, "sampler.type": type }), NaN);
    assert.equal(weight("", { "sampler.adjusted_count": { doubleValue: -1 } }), NaN);
    assert.equal(weight("", { "sampler.adjusted_count": { stringValue: "many" } }), NaN);
  });

  it("refuses what is malformed", () => {
    const good = message(0x0a, message(0x12, message(0x12, Buffer.from(SPAN_FIELD + TRACE_FIELD, "hex"))));
    for (const [what, body] of Object.entries({
      "an id of 7 bytes": spanOf("1207" + "01".repeat(7) + TRACE_FIELD),
      "no span id": spanOf(TRACE_FIELD),
      "a span id of zeros": spanOf("1208" + "00".repeat(8) + TRACE_FIELD),
      "no trace id": spanOf(SPAN_FIELD),
      "a varint in place of the span id": spanOf("1001" + TRACE_FIELD),
      "a group": spanOf(`4b4c${SPAN_FIELD}${TRACE_FIELD}`),
      "field number 0": spanOf("0200"),
      "field number 0 in two bytes": spanOf(`828000${SPAN_FIELD}${TRACE_FIELD}`),
      "a length beyond the body": Buffer.from("0aff01", "hex"),
      "a length beyond its message": Buffer.from("0a04120a0000", "hex"),
      "a length above 32 bits": Buffer.from("0affffffffff01", "hex"),
      "an endless varint": Buffer.alloc(64, 0xff),
    })) {
      assert.throws(() => tableOf(decodeOtlpProtobuf, body), Malformed, what);
    }
    for (let cut = 1; cut < good.length; cut++) {
      assert.throws(() => tableOf(decodeOtlpProtobuf, good.subarray(0, cut)), Malformed, `cut after ${cut} bytes`);
    }
  });

  it("refuses JSON that is none, and JSON that is something else", () => {
    const span = `{"traceId":"${TRACE_ID}","spanId":"${SPAN_ID}"}`;
    const good = `{"resourceSpans":[{"scopeSpans":[{"spans":[${span}]}]}]}`;
    assert.equal(tableOf(decodeOtlpJson, Buffer.from(` ${good}\n`)).spanId.length, 1);
    for (let cut = 0; cut < good.length; cut++) {
      assert.throws(() => tableOf(decodeOtlpJson, Buffer.from(good.slice(0, cut))), Malformed, good.slice(0, cut));
    }
    const bad = [
      "[]",
      '"x"',
      "{}{}",
      "{,}",
      '{"a":1,}',
      '{"a" 1}',
      "{a:1}",
      '{"a":01}',
      '{"a":1.}',
      '{"a":+1}',
      '{"a":.5}',
      '{"a":1e}',
      '{"a":tru}',
      '{"a":"\n"}',
      String.raw`{"a":"\x"}`,
      String.raw`{"a":"\u12"}`,
      '{"a":[1 2]}',
      '{"a":[1,]}',
      '{"a":}',
      '{"resourceSpans":{}}',
      '{"resourceSpans":[1]}',
      good.replace(TRACE_ID, "zz"),
      good.replace(TRACE_ID, "z".repeat(32)),
      good.replace(SPAN_ID, "0".repeat(16)),
      good.replace(SPAN_ID, ""),
      good.replace(`"${SPAN_ID}"`, "7"),
      good.replace("}]}]", ',"startTimeUnixNano":"18446744073709551616"}]}]'),
      good.replace("}]}]", ',"startTimeUnixNano":-1}]}]'),
      good.replace("}]}]", ',"attributes":[{"key":"a","value":{"intValue":007}}]}]}]'),
      "[".repeat(200_000),
      '{"a":'.repeat(200_000),
    ];
    for (const text of bad)
      assert.throws(() => tableOf(decodeOtlpJson, Buffer.from(text)), Malformed, text.slice(0, 90));
  });
});

function message(tag: number, ...content: Uint8Array[]): Buffer {
  const inner = Buffer.concat(content);
  const length = inner.length < 128 ? [inner.length] : [(inner.length & 0x7f) | 0x80, inner.length >> 7];
  return Buffer.concat([Buffer.from([tag, ...length]), inner]);
}

function spanOf(hex: string): Buffer {
  return message(0x0a, message(0x12, message(0x12, Buffer.from(hex, "hex"))));
}
