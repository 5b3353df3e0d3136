import type { SpanProcessor } from "@opentelemetry/sdk-trace-base";
import { text } from "../../base/units.ts";
import type { ProcessorKind } from "../kinds.ts";
import { checkOwn, loadOwn } from "../tracing-module.ts";

const fields = { path: text };

/** What such a processor drops by itself shows in the ledger as still queued: it was let in and never handed on. */
export const module: ProcessorKind<typeof fields> = {
  name: "module",
  about:
    "your own processor: a module whose default export is a SpanProcessor's class, or a function making it, from {exporter}",
  example: "module:./my-processor.mjs",
  fields,
  main: "path",
  check: ({ path }, { baseDir }) => checkOwn(path, baseDir),
  make: ({ path }, exporter, context) =>
    loadOwn<SpanProcessor>(path, context.baseDir, "onEnd", { exporter, ...context }),
};
