/** Zipkin v2 JSON. https://zipkin.io/zipkin-api/ */
import type { Attributes } from "@opentelemetry/api";
import type { Place, Problems } from "../problems.ts";
import type { RecordedSpan } from "../recorded-span.ts";
import { numberOf, objectOf, textOf, type JsonObject } from "./shapes.ts";
import { usableSpan, type FoundSpan } from "./usable-span.ts";

const KINDS = ["", "INTERNAL", "SERVER", "CLIENT", "PRODUCER", "CONSUMER"];

/** One span a record; several may describe the same one (see shared-ids.ts). */
export function zipkinSpans(records: readonly JsonObject[], place: Place, problems: Problems): RecordedSpan[] {
  return records.flatMap((record) => usableSpan(foundSpan(record), place, problems) ?? []);
}

function foundSpan(record: JsonObject): FoundSpan {
  const attributes = tagsOf(objectOf(record["tags"]) ?? {});
  const endpoint = objectOf(record["localEndpoint"]);
  const kind = KINDS.indexOf(textOf(record["kind"]));
  return {
    traceId: record["traceId"],
    spanId: record["id"],
    parentId: record["parentId"],
    service: textOf(endpoint?.["serviceName"]),
    name: textOf(record["name"]),
    kind: kind > 0 ? kind : 1,
    // By convention the tag `error` marks a failure whatever its text; OpenTelemetry's exporter writes the status as well.
    failed:
      attributes["error"] !== undefined ? attributes["error"] !== "false" : attributes["otel.status_code"] === "ERROR",
    startUs: numberOf(record["timestamp"] ?? 0),
    durationUs: numberOf(record["duration"] ?? 0),
    attributes,
    zipkin: {
      shared: record["shared"] === true,
      hasKind: kind > 0,
      hasTime: record["timestamp"] !== undefined,
      instance: `${textOf(endpoint?.["ipv4"] ?? endpoint?.["ipv6"])}:${numberOf(endpoint?.["port"]) ?? ""}`,
    },
  };
}

function tagsOf(tags: JsonObject): Attributes {
  const attributes: Attributes = {};
  for (const [key, value] of Object.entries(tags)) attributes[key] = typeof value === "string" ? value : String(value);
  return attributes;
}
