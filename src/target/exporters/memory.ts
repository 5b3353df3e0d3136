import type { SpanExporter } from "@opentelemetry/sdk-trace";
import { count } from "../../base/units.ts";
import type { ExporterKind } from "../kinds.ts";

const fields = {
  /** Most spans kept; then all are dropped. */
  keep: count().prefault("100000"),
};

export const memory: ExporterKind<typeof fields> = {
  name: "memory",
  about: "the SDK's InMemorySpanExporter, emptied when it holds too many",
  example: "memory",
  fields,
  endpoint: undefined,
  async make({ keep }) {
    const { InMemorySpanExporter } = await import("@opentelemetry/sdk-trace");
    return new (class extends InMemorySpanExporter {
      override export(...[spans, done]: Parameters<SpanExporter["export"]>): void {
        if (this.getFinishedSpans().length + spans.length > keep) this.reset();
        super.export(spans, done);
      }
    })();
  },
};
