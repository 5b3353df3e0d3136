import assert from "node:assert/strict";
import { test } from "node:test";
import { tracesOf, type Observation } from "./observation.ts";

const [INTERNAL, SERVER, CLIENT] = [1, 2, 3];

/** Spans of one trace a row of `traces`; each is the child of the one before it, the first of `under`. */
function observed(
  traces: readonly { readonly kinds: readonly number[]; readonly under?: bigint; readonly name?: number }[],
) {
  const rows = traces.flatMap(({ kinds, under = 0n, name = NaN }, trace) =>
    kinds.map((kind, at) => ({ kind, trace, id: BigInt(trace * 10 + at + 1), first: at === 0, under, name })),
  );
  const spans = {
    kind: Uint8Array.from(rows, ({ kind }) => kind),
    traceIdHigh: new BigUint64Array(rows.length),
    traceIdLow: BigUint64Array.from(rows, ({ trace }) => BigInt(trace + 1)),
    spanId: BigUint64Array.from(rows, ({ id }) => id),
    parentId: BigUint64Array.from(rows, ({ id, first, under }) => (first ? under : id - 1n)),
    requestId: Float64Array.from(rows, ({ name }) => name),
    startUs: new Float64Array(rows.length),
    service: new Uint32Array(rows.length),
    strings: ["shop"],
  };
  return tracesOf({ result: { spans }, firstAtMs: 0 } as unknown as Observation);
}

test("the traces of requests are counted apart from those of background work", () => {
  const background = { kinds: [INTERNAL] };
  assert.equal(observed([{ kinds: [SERVER, CLIENT, SERVER] }, { kinds: [SERVER] }, background]).served, 2);
  assert.equal(observed([{ kinds: [SERVER], under: 999n }, background]).served, 1, "below a span of a proxy");
  assert.equal(observed([{ kinds: [INTERNAL], name: 7 }, { kinds: [SERVER] }, background]).served, 2);
});

test("requests that begin with no server span count whole, also if some of them reach a service that has one", () => {
  assert.equal(observed([{ kinds: [INTERNAL, CLIENT, SERVER] }, { kinds: [INTERNAL] }]).served, 2);
});
