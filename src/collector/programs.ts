import { join } from "node:path";
import { cacheFolder } from "../base/cache-folder.ts";

/** A program that can stand between service and sink. */
export interface Program {
  readonly title: string;
  /** The Go module whose version is its own. */
  readonly module: string;
  /** The npm script that builds it. */
  readonly setup: string;
  /** It keeps the spans, and has a query API at QUERY_HTTP_PORT. */
  readonly stores?: true;
  /** Where that script puts it. */
  path(): string;
}

export const COLLECTOR: Program = {
  title: "the Collector",
  module: "go.opentelemetry.io/collector/otelcol",
  setup: "setup:collector",
  path: () => join(cacheFolder(), "collector", "otelcol-spantoll"),
};

export const JAEGER: Program = {
  title: "Jaeger",
  module: "github.com/jaegertracing/jaeger",
  setup: "setup:jaeger",
  stores: true,
  path: () => join(cacheFolder(), "jaeger", "jaeger"),
};
