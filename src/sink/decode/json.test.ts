import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { rowsOf, tableOf } from "../spans.fixture.ts";
import { Malformed } from "./malformed.ts";
import { decodeOtlpJson } from "./otlp-json.ts";
import { decodeZipkinJson } from "./zipkin-json.ts";

describe("a span in JSON", () => {
  const read = (span: object): Record<string, unknown> => {
    const whole = { traceId: "a".repeat(32), spanId: "b".repeat(16), ...span };
    const body = JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [whole] }] }] });
    return rowsOf(tableOf(decodeOtlpJson, Buffer.from(body)))[0]!;
  };
  const unneeded: object[] = ["a", "b", "c"].map((key) => ({ key, value: { stringValue: "x" } }));
  const needed = { key: "spantoll.request_id", value: { intValue: 7 } };

  it("keeps what it needs among attributes that it does not need, wherever it stands", () => {
    for (let at = 0; at <= unneeded.length; at++)
      assert.equal(read({ attributes: unneeded.toSpliced(at, 0, needed) })["requestId"], 7);
    assert.equal(read({ attributes: [needed, ...unneeded, { ...needed, value: { intValue: 8 } }] })["requestId"], 8);
    assert.ok(Number.isNaN(read({ attributes: unneeded })["requestId"]));
  });

  it("has times of up to 64 bits, exact in every word", () => {
    for (const [from, to] of [
      ["0", "7000"],
      ["999999999999999", "1000000000006999"],
      ["4294967295", "4294974295"],
      ["1795902746414000000", "1795902746414007000"],
      ["18446744073709544615", "18446744073709551615"],
      ["00000000000000000000", "00000000000000007000"],
    ])
      assert.equal(read({ startTimeUnixNano: from, endTimeUnixNano: to })["durationUs"], 7, `${from} to ${to}`);
    for (const wrong of ["18446744073709551616", "000000000000000000001", "", "-1", "12345678901234567a", " 1"])
      assert.throws(() => read({ startTimeUnixNano: wrong }), Malformed, wrong);
  });
});

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
