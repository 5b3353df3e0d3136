import { registry, type Registry } from "../../base/registry.ts";
import { benchmarkJson } from "./benchmark-json.ts";
import { html } from "./html.ts";
import { json } from "./json.ts";
import type { ReporterKind } from "./kind.ts";
import { markdown } from "./markdown.ts";
import { prometheus } from "./prometheus.ts";
import { terminal } from "./terminal.ts";

export const reporters: Registry<ReporterKind> = registry("reporter", [
  terminal,
  markdown,
  html,
  prometheus,
  json,
  benchmarkJson,
]);
