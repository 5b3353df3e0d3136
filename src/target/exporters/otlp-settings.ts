import type { MeterProvider } from "@opentelemetry/api";
import { count, duration, flag } from "../../base/units.ts";
import type { PipelineContext } from "../kinds.ts";

/** What all OTLP exporters can be told. The defaults are the SDK's own. */
export const otlpFields = {
  gzip: flag.prefault("false"),
  /** Of one batch with all its retries. */
  timeout: duration.prefault("10s"),
  /** Batches under way at once; what comes on top fails. */
  concurrency: count().prefault("30"),
};

interface OtlpConfig {
  readonly gzip: boolean;
  readonly timeout: number;
  readonly concurrency: number;
}

/** The same as the SDK's configuration object takes it. */
export function otlpSettings(
  config: OtlpConfig,
  context: PipelineContext,
): { timeoutMillis: number; concurrencyLimit: number; selfObsMeterProvider?: MeterProvider } {
  return {
    timeoutMillis: config.timeout,
    concurrencyLimit: config.concurrency,
    ...(context.meterProvider && { selfObsMeterProvider: context.meterProvider }),
  };
}
