/** Jaeger's JSON: traces with `spans` and `processes` as its API and UI give them, or spans with a `process` from Elasticsearch. */
import type { Attributes } from "@opentelemetry/api";
import type { Place, Problems } from "../problems.ts";
import type { RecordedSpan } from "../recorded-span.ts";
import { spanIdOf, traceIdOf } from "./ids.ts";
import { listOf, numberOf, objectOf, textOf, type JsonObject } from "./shapes.ts";

const KINDS = ["internal", "server", "client", "producer", "consumer"];

/** The spans of one trace: an element of `data`, or `data` itself. */
export function jaegerSpans(value: unknown, place: Place, problems: Problems): RecordedSpan[] {
  const trace = objectOf(value);
  const processes = objectOf(trace?.["processes"]) ?? {};
  return listOf(trace?.["spans"]).flatMap((item) => {
    const span = objectOf(item);
    const read = span && spanOf(span, serviceOf(span, processes), place, problems);
    if (read === undefined) problems.add("bad-span", place);
    return read ?? [];
  });
}

function spanOf(span: JsonObject, service: string, place: Place, problems: Problems): RecordedSpan | undefined {
  const traceId = traceIdOf(span["traceID"], place, problems);
  const spanId = spanIdOf(span["spanID"], place, problems);
  const startUs = numberOf(span["startTime"]);
  const durationUs = numberOf(span["duration"] ?? 0);
  if (traceId === undefined || spanId === undefined || startUs === undefined || durationUs === undefined)
    return undefined;
  if (durationUs < 0) problems.add("negative-duration", place);
  const attributes = { ...tagsOf(span["tags"]), ...flatTagsOf(span["tag"]) };
  return {
    traceId,
    spanId,
    parentId: parentOf(span),
    service,
    name: textOf(span["operationName"]),
    kind: KINDS.indexOf(textOf(attributes["span.kind"])) + 1 || 1,
    failed: isTrue(attributes["error"]) || attributes["otel.status_code"] === "ERROR",
    startUs,
    durationUs: Math.max(0, durationUs),
    attributes,
    place,
  };
}

/** The span it is a child of; if there is none, the one it follows from. */
function parentOf(span: JsonObject): string | undefined {
  const references = listOf(span["references"])
    .map((item) => objectOf(item))
    .filter((reference) => reference !== undefined && isSameTrace(reference["traceID"], span["traceID"]));
  const parent = references.find((reference) => reference?.["refType"] === "CHILD_OF") ?? references[0];
  return spanIdOf(parent?.["spanID"] ?? span["parentSpanID"]);
}

function isSameTrace(a: unknown, b: unknown): boolean {
  return a === b || traceIdOf(a) === traceIdOf(b);
}

function serviceOf(span: JsonObject, processes: JsonObject): string {
  const process = objectOf(span["process"]) ?? objectOf(processes[textOf(span["processID"])]);
  return textOf(process?.["serviceName"]);
}

function tagsOf(value: unknown): Attributes {
  const attributes: Attributes = {};
  for (const item of listOf(value)) {
    const tag = objectOf(item);
    const read = tag?.["value"];
    if (typeof read === "string" || typeof read === "number" || typeof read === "boolean") {
      attributes[textOf(tag?.["key"])] = read;
    }
  }
  return attributes;
}

/** In Elasticsearch tags may be fields, with `@` for the dots of their names. */
function flatTagsOf(value: unknown): Attributes {
  const entries = Object.entries(objectOf(value) ?? {});
  return Object.fromEntries(entries.map(([key, one]) => [key.replaceAll("@", "."), String(one)]));
}

function isTrue(value: unknown): boolean {
  return value === true || value === "true";
}
