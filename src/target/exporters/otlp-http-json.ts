import type { ExporterKind } from "../kinds.ts";
import { otlpFields, otlpSettings } from "./otlp-settings.ts";

export const otlpHttpJson: ExporterKind<typeof otlpFields> = {
  name: "otlp-http/json",
  about: "OTLP over HTTP in JSON",
  example: "otlp-http/json:gzip",
  fields: otlpFields,
  endpoint: "otlpHttp",
  async make(config, endpoints, context) {
    const { OTLPTraceExporter } = await import("@opentelemetry/exporter-trace-otlp-http");
    const { CompressionAlgorithm } = await import("@opentelemetry/otlp-exporter-base");
    return new OTLPTraceExporter({
      url: endpoints.otlpHttp,
      compression: config.gzip ? CompressionAlgorithm.GZIP : CompressionAlgorithm.NONE,
      ...otlpSettings(config, context),
    });
  },
};
