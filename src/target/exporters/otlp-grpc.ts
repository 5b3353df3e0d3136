import type { ExporterKind } from "../kinds.ts";
import { otlpFields, otlpSettings } from "./otlp-settings.ts";

export const otlpGrpc: ExporterKind<typeof otlpFields> = {
  name: "otlp-grpc",
  about: "OTLP over gRPC; unlike OTLP over HTTP it does not retry",
  example: "otlp-grpc:gzip",
  fields: otlpFields,
  endpoint: "otlpGrpc",
  async make(config, endpoints, context) {
    const { OTLPTraceExporter } = await import("@opentelemetry/exporter-trace-otlp-grpc");
    const { CompressionAlgorithm } = await import("@opentelemetry/otlp-exporter-base");
    return new OTLPTraceExporter({
      url: endpoints.otlpGrpc,
      compression: config.gzip ? CompressionAlgorithm.GZIP : CompressionAlgorithm.NONE,
      ...otlpSettings(config, context),
    });
  },
};
