import type { ExporterKind } from "../kinds.ts";
import { otlpFields, otlpSettings } from "./otlp-settings.ts";

export const otlpHttpProtobuf: ExporterKind<typeof otlpFields> = {
  name: "otlp-http/protobuf",
  about: "OTLP over HTTP in protobuf, the specification's default",
  example: "otlp-http/protobuf:gzip",
  fields: otlpFields,
  endpoint: "otlpHttp",
  async make(config, endpoints, context) {
    const { OTLPTraceExporter } = await import("@opentelemetry/exporter-trace-otlp-proto");
    const { CompressionAlgorithm } = await import("@opentelemetry/otlp-exporter-base");
    return new OTLPTraceExporter({
      url: endpoints.otlpHttp,
      compression: config.gzip ? CompressionAlgorithm.GZIP : CompressionAlgorithm.NONE,
      ...otlpSettings(config, context),
    });
  },
};
