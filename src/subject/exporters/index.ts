import { registry, type Registry } from "../../base/registry.ts";
import type { ExporterKind } from "../kinds.ts";
import { otlpHttpJson } from "./otlp-http-json.ts";
import { otlpHttpProtobuf } from "./otlp-http-protobuf.ts";

export const exporters: Registry<ExporterKind> = registry<ExporterKind>("exporter", [otlpHttpProtobuf, otlpHttpJson]);
