import assert from "node:assert/strict";
import { test } from "node:test";
import { keepsTrace, WaitingTraces } from "./collector-tail.ts";
import { Problems } from "./problems.ts";
import type { RecordedSpan } from "./recorded-span.ts";
import { traceOf, type RecordedTrace } from "./recorded-trace.ts";
import { otlpLines, shopTraces, simulated, temporaryFile } from "./recording.fixture.ts";

const POLICY = { errors: true, slow: 250, ratio: 0, wait: 10_000, traces: 50_000 };
const START_US = Date.UTC(2026, 0) * 1000;

/** Spans in services of their own, each below the first: start and duration in ms. */
function traceWith(...spans: { startMs: number; tookMs: number; failed?: boolean }[]): RecordedTrace {
  const recorded = spans.map(({ startMs, tookMs, failed = false }, row): RecordedSpan => ({
    traceId: "a".repeat(32),
    spanId: String(row + 1).padStart(16, "0"),
    parentId: row === 0 ? undefined : "1".padStart(16, "0"),
    service: `service-${row}`,
    name: "work",
    kind: 2,
    failed,
    startUs: START_US + startMs * 1000,
    durationUs: tookMs * 1000,
    attributes: {},
    place: { file: "", at: "" },
  }));
  return traceOf(recorded, new Problems());
}

const keeps = (trace: RecordedTrace, policy = POLICY): boolean => keepsTrace(trace, "0".repeat(32), policy);

test("a failure in any service keeps the whole trace", () => {
  assert.ok(keeps(traceWith({ startMs: 0, tookMs: 20 }, { startMs: 5, tookMs: 5, failed: true })));
  assert.ok(!keeps(traceWith({ startMs: 0, tookMs: 20 }, { startMs: 5, tookMs: 5 })));
});

test("a trace is slow from its first start to its last end", () => {
  assert.ok(keeps(traceWith({ startMs: 0, tookMs: 20 }, { startMs: 150, tookMs: 101 })));
  assert.ok(!keeps(traceWith({ startMs: 0, tookMs: 20 }, { startMs: 150, tookMs: 100 })));
});

test("what arrives after the decision has no say in it", () => {
  const late = traceWith({ startMs: 0, tookMs: 20 }, { startMs: 15_000, tookMs: 10, failed: true });
  assert.ok(!keeps(late));
  assert.ok(keeps(late, { ...POLICY, wait: 20_000 }));
});

test("a full memory drops the oldest trace that waits for its decision", () => {
  const waiting = new WaitingTraces({ wait: 100, traces: 2 });
  const decided: number[] = [];
  for (const atMs of [0, 10, 20, 200, 210]) waiting.add(atMs, () => decided.push(atMs));
  assert.deepEqual([decided, waiting.dropped], [[10, 20], 1]);
  waiting.finish();
  assert.deepEqual(decided, [10, 20, 200, 210]);
});

test("simulate decides on whole traces, and by process with local", async () => {
  const file = temporaryFile("traces.jsonl", otlpLines(shopTraces(300)));
  const samplers = ["tail:errors", "tail:errors,local", "tail:errors,traces=1"];
  const { strategies, warnings } = await simulated([file], { samplers, repeat: 1, seed: 1 });
  const complete = strategies.map(({ repetitions: [first] }) => first!.complete / first!.fidelity.traces.arrived);
  assert.equal(complete[0], 1);
  assert.ok(strategies[2]!.repetitions[0]!.fidelity.traces.arrived <= 1);
  assert.deepEqual(
    warnings.map(({ code }) => code),
    ["tail-dropped"],
  );
});
