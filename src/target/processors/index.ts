import { registry, type Registry } from "../../base/registry.ts";
import type { ProcessorKind } from "../kinds.ts";
import { ownProcessor } from "../own-module.ts";
import { loadSdk } from "../sdk.ts";
import { batch } from "./batch.ts";

const fields = {};

const simple: ProcessorKind<typeof fields> = {
  name: "simple",
  about:
    "the SDK's SimpleSpanProcessor: one export for every span, as it ends; OTLP exporters refuse more than 30 at once (concurrency=30)",
  example: "simple",
  fields,
  async make(_config, exporter) {
    const { SimpleSpanProcessor } = await loadSdk();
    return new SimpleSpanProcessor({ exporter });
  },
  declarative: (_config, exporter) => ({ simple: { exporter } }),
};

export const processors: Registry<ProcessorKind> = registry<ProcessorKind>("processor", [batch, simple, ownProcessor]);
