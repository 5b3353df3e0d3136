import { count, duration } from "../../base/units.ts";
import type { ProcessorKind } from "../kinds.ts";
import { loadSdk } from "../sdk.ts";

/** The defaults are the SDK's own (and the specification's). */
const fields = {
  queue: count().prefault("2048"),
  batch: count().prefault("512"),
  delay: duration.prefault("5s"),
  timeout: duration.prefault("30s"),
};

/** Node fires longer timers at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export const batch: ProcessorKind<typeof fields> = {
  name: "batch",
  about: "the SDK's BatchSpanProcessor: a bounded queue, exported when a batch is full or its delay is over",
  example: "batch:queue=4096,batch=512,delay=5s,timeout=30s",
  fields,
  refuse({ queue, batch, delay, timeout }) {
    if (batch > queue) return `batch=${batch} is larger than queue=${queue}, so no batch could ever fill`;
    return delay > LONGEST_TIMER_MS || timeout > LONGEST_TIMER_MS
      ? "delay and timeout can be at most 24 days"
      : undefined;
  },
  async make(config, exporter) {
    const { BatchSpanProcessor } = await loadSdk();
    return new BatchSpanProcessor({
      exporter,
      maxQueueSize: config.queue,
      maxExportBatchSize: config.batch,
      scheduledDelayMillis: config.delay,
      exportTimeoutMillis: config.timeout,
    });
  },
  batching: ({ queue, batch, delay }) => ({ queue, batch, delayMs: delay }),
  environment: ({ queue, batch, delay, timeout }) => ({
    OTEL_BSP_MAX_QUEUE_SIZE: String(queue),
    OTEL_BSP_MAX_EXPORT_BATCH_SIZE: String(batch),
    OTEL_BSP_SCHEDULE_DELAY: String(delay),
    OTEL_BSP_EXPORT_TIMEOUT: String(timeout),
  }),
  declarative: ({ queue, batch, delay, timeout }, exporter) => ({
    batch: {
      schedule_delay: delay,
      export_timeout: timeout,
      max_queue_size: queue,
      max_export_batch_size: batch,
      exporter,
    },
  }),
};
