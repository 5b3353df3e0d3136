import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { exporterSpec, processorSpec } from "../../spec/scenario.ts";
import { controlLines } from "./checks.ts";
import type { Observation } from "./observation.ts";
import type { Control } from "./start-checks.ts";

/** A service that made a trace of `traces` of 20 requests. */
function seen(id: string, traces: number, more: Partial<Observation> = {}): Observation {
  const ids = Array.from({ length: traces }, (_, at) => BigInt(at + 1));
  const spans = {
    kind: Uint8Array.from(ids, () => 2),
    traceIdHigh: BigUint64Array.from(ids),
    traceIdLow: BigUint64Array.from(ids),
    spanId: BigUint64Array.from(ids),
    parentId: BigUint64Array.from(ids, () => 0n),
    requestId: Float64Array.from(ids, Number),
    startUs: new Float64Array(traces),
    service: new Uint32Array(traces),
    strings: ["shop"],
  };
  const counts = { received: traces, duplicates: 0, batches: 3, largestBatch: 8, encodings: {} };
  const variant = {
    id,
    exporter: exporterSpec.parse("otlp-http/protobuf"),
    processor: processorSpec.parse("batch:batch=8,delay=100ms"),
  };
  const usual = { variant, sent: 20, answered: 20, unexpected: [], firstAtMs: 0, probedAtMs: 0, receivedAlive: traces };
  const rest = {
    listeners: [],
    portsCalled: [],
    environment: {},
    output: "",
    processes: 1,
    result: { counts, spans, refusals: [] },
  };
  return { ...usual, ...rest, ...more } as unknown as Observation;
}

const answered = (status: string) => ({ answered: 0, unexpected: [{ route: "GET /", status, count: 20, of: 20 }] });
const failed = { failure: new Error("no database"), sent: 0, answered: 0 };
const outcome = fc.constantFrom<Partial<Observation>>({}, answered("404"), answered("no answer within 10 s"), failed);
const control = fc.record({
  ownSdk: fc.boolean(),
  noneCommand: fc.constant(undefined),
  baseline: fc.option(
    outcome.map((more) => seen("none", 0, more)),
    { nil: undefined },
  ),
  traced: fc.option(
    fc.tuple(outcome, fc.constantFrom(0, 10, 20)).map(([more, traces]) => seen("always_on", traces, more)),
    { nil: undefined },
  ),
});

test("whatever is found, each check has one line, in one order, and one that is not checked names an earlier line that is wrong", () => {
  const names = controlLines({
    ownSdk: true,
    noneCommand: undefined,
    baseline: undefined,
    traced: seen("always_on", 20),
  }).map(({ check }) => check);
  const law = fc.property(control, (found: Control) => {
    const lines = controlLines(found);
    assert.deepEqual(
      lines.map(({ check }) => check),
      names,
    );
    for (const [at, { word, text }] of lines.entries()) {
      const named = /^because "(.*)" is wrong$/.exec(text)?.[1];
      if (word !== "not checked" || named === undefined) continue;
      assert.ok(
        lines.slice(0, at).some(({ check, word: earlier }) => check === named && earlier === "wrong"),
        text,
      );
    }
  });
  fc.assert(law);
});

test("a check that has nothing to go by is not checked, and no figure is made of it", () => {
  const wordsOf = (more: Partial<Observation>, traces: number) => {
    const lines = controlLines({
      ownSdk: true,
      noneCommand: undefined,
      baseline: seen("none", 0),
      traced: seen("always_on", traces, more),
    });
    return Object.fromEntries(lines.map(({ check, word }) => [check, word]));
  };
  const right = wordsOf({}, 20);
  assert.deepEqual([right["one root per request"], right["request ids"]], ["ok", "ok"]);
  const wrong = wordsOf(answered("404"), 20);
  assert.deepEqual(
    [wrong["answers"], wrong["spans arrive"], wrong["one root per request"]],
    ["wrong", "ok", "not checked"],
  );
  const mute = wordsOf(answered("no answer within 10 s"), 0);
  assert.deepEqual([mute["answers"], mute["spans arrive"], mute["exporter"]], ["wrong", "not checked", "not checked"]);
});
