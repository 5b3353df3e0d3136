import type { MeterProvider } from "@opentelemetry/api";

/** The SDK's metrics about itself (`otel.sdk.*`), as a cross-check of our own books. */
export interface SdkMetrics {
  readonly meterProvider: MeterProvider;
  collect(): Promise<void>;
  /** As of the last `collect`: `otel.sdk.span.started{otel.span.sampling_result=DROP}` → spans. */
  latest(): Record<string, number>;
}

/** Attributes that only number the component or repeat the port: left out, so that names are the same in every run. */
const LEFT_OUT = new Set(["otel.component.name", "otel.component.type", "server.address", "server.port"]);

export async function collectSdkMetrics(): Promise<SdkMetrics> {
  const { DataPointType, MeterProvider, MetricReader } = await import("@opentelemetry/sdk-metrics");
  class OnDemandReader extends MetricReader {
    protected override async onShutdown(): Promise<void> {}
    protected override async onForceFlush(): Promise<void> {}
  }
  const reader = new OnDemandReader();
  const meterProvider = new MeterProvider({ readers: [reader] });
  let figures: Record<string, number> = {};
  return {
    meterProvider,
    latest: () => figures,
    async collect() {
      const { resourceMetrics } = await reader.collect();
      figures = {};
      for (const { descriptor, dataPoints, dataPointType } of resourceMetrics.scopeMetrics.flatMap(
        (scope) => scope.metrics,
      )) {
        if (dataPointType !== DataPointType.SUM && dataPointType !== DataPointType.GAUGE) continue;
        for (const { attributes, value } of dataPoints) {
          const name = flatName(descriptor.name, attributes);
          figures[name] = (figures[name] ?? 0) + value;
        }
      }
    },
  };
}

function flatName(metric: string, attributes: Readonly<Record<string, unknown>>): string {
  const pairs = Object.entries(attributes).filter(([key]) => !LEFT_OUT.has(key));
  const labels = pairs.map(([key, value]) => `${key}=${String(value)}`).toSorted();
  return labels.length === 0 ? metric : `${metric}{${labels.join(",")}}`;
}
