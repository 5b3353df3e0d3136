import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { MetricReader, MeterProvider } from "@opentelemetry/sdk-metrics";
import { BatchSpanProcessor } from "@opentelemetry/sdk-trace";
import { BasicTracerProvider, InMemorySpanExporter } from "@opentelemetry/sdk-trace-base";
import fc from "fast-check";
import { CountedExporter } from "./counted-exporter.ts";
import { CountedQueue } from "./counted-processor.ts";
import { SpanCounter } from "./span-counter.ts";

class Reader extends MetricReader {
  protected override async onShutdown(): Promise<void> {}
  protected override async onForceFlush(): Promise<void> {}

  async queueFull(): Promise<number> {
    const { resourceMetrics } = await this.collect();
    const metrics = resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics);
    const processed = metrics.find(({ descriptor }) => descriptor.name === "otel.sdk.processor.span.processed");
    const full = processed?.dataPoints.find(({ attributes }) => attributes["error.type"] === "queue_full");
    return Number(full?.value ?? 0);
  }
}

test("the counted queue drops exactly the spans that the SDK's queue drops, by the SDK's own metric", async () => {
  const bursts = fc.array(fc.integer({ min: 0, max: 150 }), { maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 20, max: 200 }),
      fc.integer({ min: 1, max: 20 }),
      bursts,
      async (queue, batch, spans) => {
        const reader = new Reader();
        const counter = new SpanCounter();
        const exporter = new CountedExporter(new InMemorySpanExporter(), counter);
        const processor = new BatchSpanProcessor({
          exporter,
          maxQueueSize: queue,
          maxExportBatchSize: batch,
          scheduledDelayMillis: 1,
          selfObsMeterProvider: new MeterProvider({ readers: [reader] }),
        });
        const provider = new BasicTracerProvider({ spanProcessors: [new CountedQueue(processor, counter, queue)] });
        const tracer = provider.getTracer("test");
        for (const count of spans) {
          for (let span = 0; span < count; span++) tracer.startSpan("work").end();
          await sleep(1);
        }
        await provider.shutdown();
        assert.equal(counter.queueFull, await reader.queueFull());
      },
    ),
    { numRuns: 25, seed: 20261122, endOnFailure: true },
  );
});
