/** With real processes: every span of every judged request is accounted for by name, and broken traces show. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { runWithoutNone } from "./run-plan.fixture.ts";
import type { Evidence, SpanIdColumns } from "../fidelity/evidence.ts";
import type { TrialRecord } from "../record/trial-record.ts";

const SPANS = 5;

/** One trial of `always_on` on the bare target: every request starts `SPANS` spans. */
async function measure(fields: object): Promise<{ evidence: Evidence; record: TrialRecord }> {
  const usual = { target: `bare:${SPANS}`, samplers: ["always_on"], rounds: 1, duration: "400ms", warmup: "200ms" };
  const seen: { evidence?: Evidence } = {};
  const onEvidence = async (_: unknown, evidence: Evidence) => void (seen.evidence = evidence);
  const { records } = await runWithoutNone({ ...usual, ...fields }, { onEvidence });
  const [record] = records;
  const { evidence } = seen;
  assert.ok(evidence !== undefined && record !== undefined, record?.failure);
  return { evidence, record };
}

/** By the request of the trace, which its root carries: how many spans arrived, and how many there are with those that the ledger names. */
function spansByRequest({ spans, losses }: Evidence): Map<number, { readonly arrived: number; readonly all: number }> {
  const tables: readonly SpanIdColumns[] = [spans, ...losses!.named];
  const rows = tables.flatMap((table) =>
    Array.from(table.spanId, (id, row) => ({
      id,
      arrived: table === spans,
      trace: `${table.traceIdHigh[row]} ${table.traceIdLow[row]}`,
      request: table.requestId[row]!,
    })),
  );
  const traces = Map.groupBy(rows, ({ trace }) => trace).values();
  return new Map(
    traces.map((own) => [
      own.find(({ request }) => !Number.isNaN(request))?.request ?? NaN,
      { arrived: own.filter(({ arrived }) => arrived).length, all: new Set(own.map(({ id }) => id)).size },
    ]),
  );
}

function assertAccountedFor({ evidence, record }: Awaited<ReturnType<typeof measure>>): void {
  const spans = spansByRequest(evidence);
  const { id: ids, status } = evidence.requests;
  // what of the trace of an unanswered one is kept is not judged
  const answered = [...ids].filter((_, row) => status[row]! > 0);
  for (const id of answered) assert.equal(spans.get(id)?.all, SPANS, `request ${id}`);
  const { traces, requests } = record.fidelity!;
  assert.deepEqual([record.ledger!.residual, traces.unnamedLosses], [0, 0]);
  assert.ok(traces.arrived <= requests);
  assert.equal(traces.arrived, traces.whole + traces.partial + traces.rootless);
  const whole = answered.filter((id) => spans.get(id)!.arrived === SPANS);
  assert.equal(traces.whole, whole.length);
}

test("a queue that is too small breaks traces, and they are reported as broken", async () => {
  const trial = await measure({ phases: ["capacity"], processors: ["batch:queue=64,batch=16"], connections: 4 });
  assertAccountedFor(trial);
  const { ledger, fidelity } = trial.record;
  assert.ok(ledger!.queueFull > 0);
  assert.ok(fidelity!.traces.rootless + fidelity!.traces.partial > 0);
});

for (const backend of ["partial:0.3", "flaky:0.5", "hang"]) {
  test(`what ${backend} loses has names`, async () => {
    const exporters = ["otlp-http/protobuf:timeout=300ms"];
    const trial = await measure({ phases: ["latency"], rate: "200/s", backends: [backend], exporters });
    assertAccountedFor(trial);
    const { ledger } = trial.record;
    // retries may save what is flaky
    if (!backend.startsWith("flaky")) assert.ok(ledger!.received < ledger!.sampled);
  });
}

test("if nothing is lost, every trace is whole", async () => {
  const trial = await measure({ phases: ["latency"], rate: "200/s" });
  assertAccountedFor(trial);
  const { traces, requests, spans } = trial.record.fidelity!;
  assert.deepEqual(traces, { arrived: requests, whole: requests, partial: 0, rootless: 0, unnamedLosses: 0 });
  assert.deepEqual([spans.arrived, spans.orphans], [SPANS * requests, 0]);
});
