/** Where spans go, case by case: what SDK, exporter and sink do to them. Runs the pinned SDK. */
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFolder } from "../../base/temporary-folder.fixture.ts";
import type { Ledger } from "../../record/ledger.ts";
import { afterMs, closeLedgerOf, emit, hang, ok, reset, startBackend, status, traceWith } from "../tracing.fixture.ts";
import type { Behaviour } from "../tracing.fixture.ts";
import type { TracingOptions } from "../tracing.ts";

interface Case {
  readonly parts?: Partial<TracingOptions>;
  readonly sink?: Behaviour;
  /** Which spans of a request the sink takes, by position. */
  readonly takes?: (position: number) => boolean;
  readonly rejectedEach?: number;
  readonly spans: number;
  readonly closeMs?: number;
  readonly expected: Partial<Ledger>;
}

const FAST = "otlp-http/json:timeout=500ms";
const cases: Readonly<Record<string, Case>> = {
  "spans that find the queue full": {
    parts: { processor: "batch:queue=64,batch=16" },
    spans: 1000,
    // one batch leaves at once, when it is full
    expected: { queueFull: 1000 - 64 - 16, received: 64 + 16 },
  },
  "batches that meet the exporter's concurrency limit at shutdown": {
    parts: { processor: "batch:queue=4000,batch=100", exporter: "otlp-http/json:concurrency=30" },
    sink: afterMs(50),
    spans: 4000,
    // one batch leaves at once, 39 at shutdown: 30 at a time
    expected: { exportFailed: { "concurrency limit": 1000 }, received: 3000 },
  },
  "a batch that the processor gave up and the sink took": {
    parts: { processor: "batch:timeout=50ms" },
    sink: afterMs(300),
    spans: 100,
    expected: { exported: 100, received: 100, exportFailed: {} },
  },
  "a batch that the exporter gave up and the sink took": {
    parts: { exporter: "otlp-http/json:timeout=100ms" },
    sink: hang,
    spans: 100,
    expected: { exportFailed: { timeout: 0 }, exportedLate: 100 },
  },
  "batches without an answer when the time is up": {
    parts: { processor: "batch:queue=200,batch=50,timeout=1s", exporter: "otlp-http/json:timeout=1s" },
    sink: hang,
    spans: 120,
    closeMs: 300,
    expected: { exportedLate: 120, stillQueued: 0 },
  },
  "spans that the sink rejects in an answer that says success": {
    sink: (answer) => {
      answer.writeHead(200, { "content-type": "application/json" });
      answer.end('{"partialSuccess":{"rejectedSpans":7}}');
    },
    takes: (position) => position >= 7,
    rejectedEach: 7,
    spans: 10,
    expected: { exported: 10, received: 3, rejectedByBackend: 7 },
  },
  "retries that deliver twice": {
    sink: (answer, request) =>
      request === 0 ? status(503, { "retry-after": "0" })(answer, request) : ok(answer, request),
    spans: 10,
    expected: { received: 10, duplicates: 10 },
  },
  ...Object.fromEntries(
    (
      [
        ["http 503", status(503, { "retry-after": "60" })],
        ["http 429", status(429, { "retry-after": "60" })],
        ["http 400", status(400)],
        ["connection reset", reset],
      ] as const
    ).map(([reason, sink]): [string, Case] => [
      `a sink that refuses: ${reason}`,
      { parts: { exporter: FAST }, sink, takes: () => false, spans: 10, expected: { exportFailed: { [reason]: 10 } } },
    ]),
  ),
};

for (const [what, { parts = {}, sink = ok, takes, rejectedEach, spans, closeMs, expected }] of Object.entries(cases)) {
  test(`counted: ${what}`, async () => {
    await using backend = await startBackend(async (answer, request) => {
      backend.rejected += rejectedEach ?? 0;
      await sink(answer, request);
    });
    if (takes !== undefined) backend.takes = takes;
    const tracing = await traceWith(parts, backend);
    emit(spans);
    const ledger = await closeLedgerOf(tracing, backend, closeMs);
    assert.deepEqual({ ...ledger, ...expected }, ledger);
    assert.equal(ledger.residual, 0);
  });
}

for (const exporter of ["otlp-http/protobuf:timeout=500ms", FAST, "otlp-grpc", "zipkin"]) {
  test(`${exporter} without a listener fails with "connection refused"`, async () => {
    const backend = await startBackend();
    await backend[Symbol.asyncDispose]();
    const tracing = await traceWith({ exporter }, backend);
    emit(10);
    const ledger = await closeLedgerOf(tracing, backend);
    assert.deepEqual(ledger.exportFailed, { "connection refused": 10 });
    assert.equal(ledger.residual, 0);
  });
}

const baseDir = temporaryFolder();

for (const [what, body, exportFailed] of [
  ["fails without a reason", "(spans, done) => done({ code: 1 })", { "no reason given": 10 }],
  ["answers twice", "(spans, done) => { done({ code: 0 }); done({ code: 1 }); }", {}],
  ["throws", "() => { throw new Error('disk full'); }", { "disk full": 10 }],
] as const) {
  test(`counted: an exporter that ${what}`, async () => {
    const name = `./${what.replaceAll(" ", "-")}.mjs`;
    await writeFile(join(baseDir, name), `export default { export: ${body}, shutdown: async () => {} };`);
    const tracing = await traceWith({ exporter: `module:${name}`, processor: "batch:timeout=1s", baseDir });
    emit(10);
    const ledger = await closeLedgerOf(tracing);
    assert.deepEqual(ledger.exportFailed, exportFailed);
    assert.equal(ledger.residual, 0);
  });
}
