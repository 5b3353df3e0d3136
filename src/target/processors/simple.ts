import type { ProcessorKind } from "../kinds.ts";
import { loadSdk } from "../sdk.ts";

export const simple: ProcessorKind = {
  name: "simple",
  about:
    "the SDK's SimpleSpanProcessor: one export for every span, as it ends; OTLP exporters refuse more than 30 at once (concurrency=30)",
  example: "simple",
  fields: {},
  async make(_config, exporter) {
    const { SimpleSpanProcessor } = await loadSdk();
    return new SimpleSpanProcessor({ exporter });
  },
  declarative: (_config, exporter) => ({ simple: { exporter } }),
};
