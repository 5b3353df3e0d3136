import assert from "node:assert/strict";
import { describe, it, mock } from "node:test";
import { ExportResultCode, type ExportResult } from "@opentelemetry/core";
import { BatchSpanProcessor, type ReadableSpan, type SpanExporter } from "@opentelemetry/sdk-trace-base";
import { seededRandom } from "../../base/random.ts";
import { longestOutage, longestWait, type QueueWish } from "./queue.ts";
import { ledgerOf } from "../../record/records.fixture.ts";
import { adviseOn } from "./advise.ts";
import { advise, estimatesOf, resultsOf } from "./sweep.fixture.ts";

const queueOf = (queue: QueueWish, perProcess = 600) =>
  advise({ queue, traffic: { requestsPerSecond: perProcess, instances: 1 } }).queue!;

describe("the queue of the batch processor", () => {
  it("exports batch / export latency at most", () => {
    assert.equal(queueOf({}).ceilingPerSecond, 512 / 0.02);
    assert.equal(queueOf({ exportLatencyMs: 50 }).ceilingPerSecond, 512 / 0.05);
    assert.equal(queueOf({}, 100).loadPerSecond, 800);
  });

  it("carries what a trial carried without loss, though another lost spans at less, and that may be no ceiling", () => {
    const sweep = { always_on: { cpu: 1.5, failed: 1 } };
    const results = resultsOf(["always_on"]);
    const of = (codes: readonly string[], calm: { readonly lost: number; readonly flushMs: number }) => {
      const warnings = codes.map((code) => ({ code, message: "", fix: "" }));
      const records = results.records.flatMap((record) => {
        const own = { ...record, ledger: ledgerOf(8000, 8000, calm.lost) };
        const resources = { ...record.resources!, flushMs: calm.flushMs };
        const trial = { ...record.trial, phase: "capacity" as const };
        return [
          { ...own, resources },
          { ...own, trial, warnings, ledger: ledgerOf(8000, 8000, 4000) },
        ];
      });
      return adviseOn({ ...results, records }, estimatesOf(sweep), { limits: {}, queue: {} }).queue!;
    };
    const carried = of([], { lost: 0, flushMs: 20 });
    assert.deepEqual([carried.ceilingFrom, carried.ceilingPerSecond, carried.mayCarryMore], ["carried", 4800, true]);
    assert.equal(carried.loadPerSecond, carried.ceilingPerSecond);
    assert.equal(of([], { lost: 0, flushMs: 1000 }).ceilingPerSecond, 4800, "a flush is no shorter than an export");
    for (const codes of [[], ["not-saturated"], ["foreign-load"]]) {
      const full = of(codes, { lost: 1, flushMs: 20 });
      assert.deepEqual([full.ceilingFrom, full.mayCarryMore], ["full queue", codes.length > 0]);
    }
  });

  it("takes no export latency from trials side by side, at any load", () => {
    const sweep = { always_on: { cpu: 1.5, failed: 1, furtherCpuUs: 60 } };
    assert.equal(advise({}, sweep).queue!.exportLatencyMs, 20);
  });

  it("stays as measured without an outage, and never shrinks", () => {
    assert.equal(queueOf({}).advised.queue, 2048);
    assert.equal(queueOf({ outageMs: 100 }, 1).advised.queue, 2048);
  });

  it("holds the load until the retry after the outage, and a batch", () => {
    const { outage, advised } = queueOf({ outageMs: 5000 }, 100);
    assert.ok(outage?.helps);
    assert.equal(outage.waitMs, 5000 + 1.2 * 3375);
    assert.ok(Math.abs(outage.spans - (800 * 9.05 + 512)) <= 1);
    assert.equal(advised.queue, 8192);
  });

  it("does not help if a batch may be given up first", () => {
    assert.equal(longestOutage(10_000), 6500);
    assert.deepEqual(queueOf({ outageMs: 8000 }).outage, { helps: false, longestMs: 6500 });
    assert.equal(longestWait(1, 0), undefined, "an exporter that does not retry");
  });
});

type Send = (data: Uint8Array, timeoutMs: number) => Promise<{ readonly status: "success" | "retryable" }>;
const entry = import.meta.resolve("@opentelemetry/otlp-exporter-base");
const { createRetryingTransport } = (await import(new URL("retrying-transport.js", entry).href)) as {
  readonly createRetryingTransport: (options: { transport: { send: Send; shutdown(): void } }) => { send: Send };
};

/** The SDK's processor and retries in virtual time: spans dropped or given up in an outage that begins after 10 s. */
async function lossOf(outageMs: number, queue: number, perSecond: number, seed: number): Promise<number> {
  mock.timers.enable({ apis: ["setTimeout", "Date"], now: 0 });
  const random = mock.method(Math, "random", seededRandom(seed));
  const startMs = 10_000 + 37 * seed;
  const isAway = (): boolean => Date.now() >= startMs && Date.now() < startMs + outageMs;
  const send: Send = () => Promise.resolve({ status: isAway() ? "retryable" : "success" });
  const transport = createRetryingTransport({ transport: { send, shutdown: () => undefined } });
  let [ended, exported] = [0, 0];
  const exporter: SpanExporter = {
    export(spans: ReadableSpan[], done: (result: ExportResult) => void) {
      void (async () => {
        const { status } = await transport.send(new Uint8Array(), 10_000);
        if (status === "success") exported += spans.length;
        done({ code: status === "success" ? ExportResultCode.SUCCESS : ExportResultCode.FAILED });
      })();
    },
    shutdown: () => Promise.resolve(),
  };
  const processor = new BatchSpanProcessor(exporter, { maxQueueSize: queue, scheduledDelayMillis: 5000 });
  const span = { spanContext: () => ({ traceFlags: 1 }), resource: {} } as unknown as ReadableSpan;
  try {
    for (let ms = 0; ms < startMs + outageMs + 30_000; ms += 50) {
      for (let i = 0; i < perSecond / 20; i++) processor.onEnd(span);
      ended += perSecond / 20;
      mock.timers.tick(50);
      for (let turn = 0; turn < 12; turn++) await Promise.resolve();
    }
    await processor.forceFlush();
    return ended - exported;
  } finally {
    mock.timers.reset();
    random.mock.restore();
  }
}

describe("the advised queue against the SDK's own processor and retries", () => {
  it("loses nothing in outages of up to 6.5 s, over 20 seeds", async () => {
    for (const outageMs of [1000, 3000, 5000, 6500]) {
      const { advised } = queueOf({ outageMs }, 100);
      for (let seed = 1; seed <= 20; seed++) {
        assert.equal(await lossOf(outageMs, advised.queue, 800, seed), 0, `${outageMs} ms, seed ${seed}`);
      }
    }
  });

  it("loses spans in longer ones with any queue", async () => {
    let losses = 0;
    for (let seed = 1; seed <= 20; seed++) losses += Number((await lossOf(9000, 1e6, 800, seed)) > 0);
    assert.ok(losses >= 10, `${losses} of 20 lost spans`);
  });
});
