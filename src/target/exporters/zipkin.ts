import type { ExporterKind } from "../kinds.ts";

export const zipkin: ExporterKind = {
  name: "zipkin",
  about: "Zipkin v2 JSON; without compression, retries or a timeout of its own",
  example: "zipkin",
  fields: {},
  endpoint: "zipkin",
  async make(_config, endpoints) {
    const { ZipkinExporter } = await import("@opentelemetry/exporter-zipkin");
    return new ZipkinExporter({ url: endpoints.zipkin });
  },
  environment: (_config, { zipkin }) => ({ OTEL_TRACES_EXPORTER: "zipkin", OTEL_EXPORTER_ZIPKIN_ENDPOINT: zipkin }),
};
