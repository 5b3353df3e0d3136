/** Zipkin v2 JSON. https://zipkin.io/zipkin-api/ */
import type { Attributes } from "@opentelemetry/api";
import type { Place, Problems } from "../problems.ts";
import type { RecordedSpan } from "../recorded-span.ts";
import { spanIdOf, traceIdOf } from "./ids.ts";
import { numberOf, objectOf, textOf, type JsonObject } from "./shapes.ts";

const KINDS = ["", "INTERNAL", "SERVER", "CLIENT", "PRODUCER", "CONSUMER"];

/** One record; several may describe the same span (see shared-ids.ts). */
export function zipkinSpan(value: unknown, place: Place, problems: Problems): RecordedSpan[] {
  const record = objectOf(value);
  const read = record && spanOf(record, place, problems);
  if (read === undefined) problems.add("bad-span", place);
  return read === undefined ? [] : [read];
}

function spanOf(record: JsonObject, place: Place, problems: Problems): RecordedSpan | undefined {
  const traceId = traceIdOf(record["traceId"], place, problems);
  const spanId = spanIdOf(record["id"], place, problems);
  const startUs = numberOf(record["timestamp"] ?? 0);
  const durationUs = numberOf(record["duration"] ?? 0);
  if (traceId === undefined || spanId === undefined || startUs === undefined || durationUs === undefined)
    return undefined;
  if (durationUs < 0) problems.add("negative-duration", place);
  const attributes = tagsOf(objectOf(record["tags"]) ?? {});
  const endpoint = objectOf(record["localEndpoint"]);
  const kind = KINDS.indexOf(textOf(record["kind"]));
  return {
    traceId,
    spanId,
    parentId: spanIdOf(record["parentId"]),
    service: textOf(endpoint?.["serviceName"]),
    name: textOf(record["name"]),
    kind: kind > 0 ? kind : 1,
    // By convention the tag `error` marks a failure whatever its text; OpenTelemetry's exporter writes the status as well.
    failed:
      attributes["error"] !== undefined ? attributes["error"] !== "false" : attributes["otel.status_code"] === "ERROR",
    startUs,
    durationUs: Math.max(0, durationUs),
    attributes,
    place,
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
