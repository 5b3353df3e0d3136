import { registry, type Registry } from "../../base/registry.ts";
import type { ExporterKind } from "../kinds.ts";
import { ownExporter } from "../own-module.ts";
import { consoleExporter, discard } from "./local.ts";
import { otlpGrpc, otlpHttpJson, otlpHttpProtobuf } from "./otlp.ts";
import { zipkin } from "./zipkin.ts";

export const exporters: Registry<ExporterKind> = registry<ExporterKind>("exporter", [
  otlpHttpProtobuf,
  otlpHttpJson,
  otlpGrpc,
  zipkin,
  consoleExporter,
  discard,
  ownExporter,
]);
