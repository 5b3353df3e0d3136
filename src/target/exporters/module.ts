import type { SpanExporter } from "@opentelemetry/sdk-trace";
import { text } from "../../base/units.ts";
import type { ExporterKind } from "../kinds.ts";
import { checkModule, loadModule } from "../own-module.ts";

const fields = { path: text };

/** It must send to one of the given endpoints: what does not arrive there counts as lost on the way. */
export const module: ExporterKind<typeof fields> = {
  name: "module",
  about:
    "your own exporter: a module whose default export is a SpanExporter's class, or a function making it, from {endpoints}",
  example: "module:./my-exporter.mjs",
  fields,
  main: "path",
  endpoint: "otlpHttp",
  check: ({ path }, { baseDir }) => checkModule(path, baseDir),
  make: ({ path }, endpoints, context) =>
    loadModule<SpanExporter>(path, context.baseDir, "export", { endpoints, ...context }),
};
