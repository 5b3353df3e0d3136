import type { SpanExporter } from "@opentelemetry/sdk-trace-base";
import { text } from "../../base/units.ts";
import type { ExporterKind } from "../kinds.ts";
import { checkOwn, loadOwn } from "../tracing-module.ts";

const fields = { path: text };

/** It is expected to send to one of the endpoints it is given: what does not arrive there counts as lost on the way. */
export const module: ExporterKind<typeof fields> = {
  name: "module",
  about:
    "your own exporter: a module whose default export is a SpanExporter's class, or a function making it, from {endpoints}",
  example: "module:./my-exporter.mjs",
  fields,
  main: "path",
  endpoint: "otlpHttp",
  check: ({ path }, { baseDir }) => checkOwn(path, baseDir),
  make: ({ path }, endpoints, context) =>
    loadOwn<SpanExporter>(path, context.baseDir, "export", { endpoints, ...context }),
};
