import { registry, type Registry } from "../../base/registry.ts";
import type { ExporterKind } from "../kinds.ts";
import { consoleExporter } from "./console.ts";
import { discard } from "./discard.ts";
import { memory } from "./memory.ts";
import { module } from "./module.ts";
import { otlpGrpc, otlpHttpJson, otlpHttpProtobuf } from "./otlp.ts";
import { zipkin } from "./zipkin.ts";

export const exporters: Registry<ExporterKind> = registry<ExporterKind>("exporter", [
  otlpHttpProtobuf,
  otlpHttpJson,
  otlpGrpc,
  zipkin,
  consoleExporter,
  memory,
  discard,
  module,
]);
