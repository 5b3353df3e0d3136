import assert from "node:assert/strict";
import { test } from "node:test";
import { closeBooks, emit, startBackend, traceWith } from "./tracing.fixture.ts";

for (const exporter of ["otlp-http/protobuf", "otlp-http/json"]) {
  for (const spec of [exporter, `${exporter}:gzip`]) {
    test(`${spec} delivers every span to a healthy backend`, async () => {
      await using backend = await startBackend();
      const tracing = await traceWith({ exporter: spec }, backend);
      emit(1000);
      const ledger = await closeBooks(tracing, backend);
      assert.equal(ledger.received, 1000);
      assert.equal(ledger.exported, 1000);
      assert.equal(ledger.residual, 0);
    });
  }
}

test("simple exports each span by itself, and all of them", async () => {
  await using backend = await startBackend();
  const tracing = await traceWith({ processor: "simple", exporter: "otlp-http/json:concurrency=1000" }, backend);
  emit(200);
  const ledger = await closeBooks(tracing, backend);
  assert.equal(ledger.received, 200);
  assert.equal(backend.requests, 200);
  assert.equal(ledger.residual, 0);
});
