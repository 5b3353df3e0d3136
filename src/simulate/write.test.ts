import assert from "node:assert/strict";
import { chmodSync, readFileSync, statSync } from "node:fs";
import { test } from "node:test";
import { trialFidelity } from "../fidelity/trial-fidelity.ts";
import type { Evidence } from "../fidelity/evidence.ts";
import { callerSpanId } from "../base/caller.ts";
import { seededRandom } from "../base/random.ts";
import { simulated, temporaryFile } from "./recording.fixture.ts";
import { markDriverLate, writeTraces } from "./write.ts";

const ROUTES = ["GET /orders", "POST /orders", "GET /rare"];
const REQUESTS = 800;

/** What a live trial of always_on records: two spans a request in two services, and warm-up spans of no counted request. */
function liveEvidence() {
  const random = seededRandom(2);
  const rows = Array.from({ length: REQUESTS }, (_, row) => ({
    template: row % 40 === 0 ? 2 : row % 2,
    latencyUs: 1000 + Math.floor(random() * 50_000) + 0.25,
    status: row % 25 === 0 ? 503 : 200,
  }));
  const spans = rows.flatMap((request, row) => [
    { row, id: 1, parent: 0, service: 0, name: 2 + request.template, kind: 2, status: request.status === 503 ? 2 : 0 },
    { row, id: 2, parent: 1, service: 1, name: 5, kind: 1, status: 0 },
  ]);
  const spanId = (row: number, id: number): bigint => (id === 0 ? 0n : BigInt(row * 10 + id));
  return {
    requests: {
      templates: ROUTES.map((route) => ({ route, class: "ordinary" })),
      id: Float64Array.from(rows, (_, row) => 5000 + row),
      template: Uint16Array.from(rows, ({ template }) => template),
      intendedUs: Float64Array.from(rows, (_, row) => row * 1000),
      completedUs: Float64Array.from(rows, ({ latencyUs }, row) => row * 1000 + latencyUs),
      responseTimeUs: Float64Array.from(rows, ({ latencyUs }) => latencyUs),
      serviceTimeUs: Float64Array.from(rows, ({ latencyUs }) => latencyUs),
      status: Uint16Array.from(rows, ({ status }) => status),
    },
    spans: {
      strings: ["gateway", "order", ...ROUTES, "place"],
      traceIdHigh: BigUint64Array.from(spans, () => 0xfedcba9876543210n),
      traceIdLow: BigUint64Array.from(spans, ({ row }) => BigInt(row) + 1n),
      spanId: BigUint64Array.from(spans, ({ row, id }) => spanId(row, id)),
      parentId: BigUint64Array.from(spans, ({ row, parent }) => spanId(row, parent)),
      service: Uint32Array.from(spans, ({ service }) => service),
      name: Uint32Array.from(spans, ({ name }) => name),
      kind: Uint8Array.from(spans, ({ kind }) => kind),
      status: Uint8Array.from(spans, ({ status }) => status),
      startUs: Float64Array.from(spans, ({ row, id }) => 1.763e15 + row * 1000 + id),
      durationUs: Float64Array.from(spans, ({ row }) => 333.4 + row),
      requestId: Float64Array.from(spans, ({ row, id }) => (id === 1 ? 5000 + row : NaN)),
      adjustedCount: new Float64Array(spans.length).fill(NaN),
    },
  } satisfies Evidence;
}

for (const name of ["live.jsonl", "live.jsonl.gz"]) {
  test(`a recording of a live run (${name}), simulated with always_on, is judged as the live run was`, async () => {
    const evidence = liveEvidence();
    const path = temporaryFile(name, "");
    await writeTraces(path, evidence);
    const simulation = await simulated([path], { samplers: ["always_on"] });
    assert.deepEqual(simulation.warnings, []);
    assert.deepEqual(simulation.strategies[0]!.repetitions[0]!.fidelity, trialFidelity(evidence, { inclusion: 1 }));
  });
}

for (const name of ["late.jsonl", "late.jsonl.gz"]) {
  test(`a recording with a late driver (${name}) says so, and holds the same traces`, async () => {
    const path = temporaryFile(name, "");
    await writeTraces(path, liveEvidence());
    const { recording } = await simulated([path], { samplers: ["always_on"] });
    await markDriverLate(path, 2);
    const marked = await simulated([path], { samplers: ["always_on"] });
    assert.deepEqual(marked.recording, recording);
    assert.deepEqual(
      marked.warnings.map(({ code, message }) => [code, message.split(" ", 1)[0]]),
      [["driver-late", "2"]],
    );
  });
}

test("a recording below callers, simulated, is judged as live: who follows them keeps what they sampled", async () => {
  const { spans, ...others } = liveEvidence();
  const isSampled = (row: number): boolean => row % 3 === 0;
  const parentId = BigUint64Array.from(spans.parentId, (id, row) =>
    id === 0n ? callerSpanId(spans.traceIdLow[row]!, isSampled(row / 2)) : id,
  );
  const evidence: Evidence = { ...others, spans: { ...spans, parentId } };
  const path = temporaryFile("callers.jsonl", "");
  await writeTraces(path, evidence);
  const samplers = ["always_on", "parentbased:ratio:0.5", "parentbased:rate:1/s", "ratio:0.5"];
  const { strategies, warnings } = await simulated([path], { samplers, repeat: 1, seed: 1 });
  assert.deepEqual(warnings, []);
  const [all, ...some] = strategies.map(({ repetitions }) => repetitions[0]!.fidelity);
  assert.deepEqual(all, trialFidelity(evidence, { inclusion: 1 }));
  const sampled = Array.from({ length: REQUESTS }, (_, row) => row).filter(isSampled).length;
  const [followed, limited, apart] = some.map(({ traces, weight }) => [traces.whole, weight]);
  for (const figures of [followed, limited]) assert.deepEqual(figures, [sampled, "none"]);
  assert.deepEqual([(apart![0] as number) > sampled, apart![1]], [true, "inclusion"]);
});

test("requests without an answer and spans of no request are not written", async () => {
  const evidence = liveEvidence();
  evidence.requests.status[3] = 0;
  evidence.spans.requestId[0] = NaN;
  const path = temporaryFile("live.jsonl", "");
  await writeTraces(path, evidence);
  assert.equal(readFileSync(path, "utf8").trim().split("\n").length, REQUESTS - 2);
});

test("further trials are appended, packed or not", async () => {
  for (const name of ["live.jsonl", "live.jsonl.gz"]) {
    const path = temporaryFile(name, "");
    const first = await writeTraces(path, liveEvidence());
    const second = liveEvidence();
    second.spans.traceIdHigh.fill(1n);
    assert.deepEqual([first, await writeTraces(path, second, { append: true })], [REQUESTS, REQUESTS]);
    assert.equal((await simulated([path])).recording.traces, 2 * REQUESTS);
  }
});

test("a recording is for its owner only, also in place of another file, and has no secrets in its texts", async () => {
  const evidence = liveEvidence();
  const path = temporaryFile("secret.jsonl", "");
  chmodSync(path, 0o644);
  const templates = ROUTES.map((route) => ({ route: `${route}?token=zQ9x`, class: "ordinary" }));
  const strings = evidence.spans.strings.map((text) => `${text}?token=zQ9x`);
  await writeTraces(path, {
    requests: { ...evidence.requests, templates },
    spans: { ...evidence.spans, strings },
  });
  assert.equal(statSync(path).mode & 0o777, 0o600);
  const text = readFileSync(path, "utf8");
  assert.ok(text.includes("POST /orders") && !text.includes("zQ9x"));
});

test("a late driver changes nothing in a recording: it has the time from the send", async () => {
  const { requests, spans } = liveEvidence();
  const late: Evidence = {
    requests: { ...requests, responseTimeUs: requests.responseTimeUs.map((us) => 1e7 - us) },
    spans,
  };
  const [whole, delayed] = [temporaryFile("whole.jsonl", ""), temporaryFile("late.jsonl", "")];
  await writeTraces(whole, { requests, spans });
  await writeTraces(delayed, late);
  assert.equal(readFileSync(delayed, "utf8"), readFileSync(whole, "utf8"));
});
