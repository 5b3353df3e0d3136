import type { SpanProcessor } from "@opentelemetry/sdk-trace";
import { text } from "../../base/units.ts";
import type { ProcessorKind } from "../kinds.ts";
import { checkModule, loadModule } from "../own-module.ts";

const fields = { path: text };

/** Spans that it drops itself are "still queued" in the ledger: taken and never handed to the exporter. */
export const module: ProcessorKind<typeof fields> = {
  name: "module",
  about:
    "your own processor: a module whose default export is a SpanProcessor's class, or a function making it, from {exporter}",
  example: "module:./my-processor.mjs",
  fields,
  main: "path",
  check: ({ path }, { baseDir }) => checkModule(path, baseDir),
  make: ({ path }, exporter, context) =>
    loadModule<SpanProcessor>(path, context.baseDir, "onEnd", { exporter, ...context }),
};
