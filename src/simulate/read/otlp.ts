/**
 * OTLP JSON, as the Collector's file exporter writes it. Ids in hexadecimal (the OTLP specification) or base64
 * (protobuf's own JSON); enums by number or by name; 64-bit numbers as numbers or text.
 * https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
 */
import type { Attributes, AttributeValue } from "@opentelemetry/api";
import type { Place, Problems } from "../problems.ts";
import { DRIVER_LATE, type RecordedSpan } from "../recorded-span.ts";
import { listOf, numberOf, objectOf, textOf, type JsonObject } from "./shapes.ts";
import { usableSpan, type FoundSpan } from "./usable-span.ts";

const KINDS = ["UNSPECIFIED", "INTERNAL", "SERVER", "CLIENT", "PRODUCER", "CONSUMER"];
const CODES = ["UNSET", "OK", "ERROR"];
const ERROR = 2;

/** The spans of a `ResourceSpans`. */
export function otlpSpans(value: unknown, place: Place, problems: Problems): RecordedSpan[] {
  const resourceSpans = objectOf(value);
  const resource = attributesOf(objectOf(resourceSpans?.["resource"])?.["attributes"]);
  const service = textOf(resource["service.name"]);
  const spans = ["scopeSpans", "instrumentationLibrarySpans"]
    .flatMap((key) => listOf(resourceSpans?.[key]))
    .flatMap((scope) => listOf(objectOf(scope)?.["spans"]))
    .flatMap((span) => usableSpan(foundSpan(objectOf(span) ?? {}, service, place, problems), place, problems) ?? []);
  if (spans.length === 0 && resource[DRIVER_LATE] === true) problems.add("driver-late", place);
  return spans;
}

function foundSpan(span: JsonObject, service: string, place: Place, problems: Problems): FoundSpan {
  const start = timeOf(span["startTimeUnixNano"]);
  const end = timeOf(span["endTimeUnixNano"] ?? span["startTimeUnixNano"]);
  return {
    traceId: span["traceId"],
    spanId: span["spanId"],
    parentId: span["parentSpanId"],
    service,
    name: sharedText(textOf(span["name"])),
    kind: enumOf(span["kind"], "SPAN_KIND_", KINDS, place, problems) || 1,
    failed: enumOf(objectOf(span["status"])?.["code"], "STATUS_CODE_", CODES, place, problems) === ERROR,
    startUs: start && start.s * 1e6 + start.ns / 1000,
    durationUs: start && end && (end.s - start.s) * 1e6 + (end.ns - start.ns) / 1000,
    attributes: attributesOf(span["attributes"]),
  };
}

const MOST_TEXTS = 10_000;
const texts = new Map<string, string>();

/** The same text, held once: a window of spans has few names and values, each of them many times. */
function sharedText(text: string): string {
  const known = texts.get(text);
  if (known === undefined && texts.size < MOST_TEXTS) texts.set(text, text);
  return known ?? text;
}

/** A time in ns: its digits in two numbers, because 19 of them do not fit one. */
function timeOf(value: unknown): { readonly s: number; readonly ns: number } | undefined {
  const text = typeof value === "number" && Number.isFinite(value) ? String(BigInt(Math.trunc(value))) : value;
  if (typeof text !== "string" || !/^\d{1,20}$/.test(text)) return undefined;
  return { s: Number(text.slice(0, -9)), ns: Number(text.slice(-9)) };
}

/** The number of an enum's value: a number, as text too, or a name in any case with or without its prefix. */
function enumOf(value: unknown, prefix: string, names: readonly string[], place: Place, problems: Problems): number {
  if (value === undefined || value === null || value === "") return 0;
  const number = numberOf(value) ?? names.indexOf(textOf(value).toUpperCase().replace(prefix, ""));
  if (Number.isInteger(number) && number >= 0 && number < names.length) return number;
  problems.add("unknown-enum", place, JSON.stringify(value));
  return 0;
}

function attributesOf(value: unknown): Attributes {
  const attributes: Attributes = {};
  for (const item of listOf(value)) {
    const pair = objectOf(item);
    const read = valueOf(objectOf(pair?.["value"]));
    if (read !== undefined) attributes[textOf(pair?.["key"])] = read;
  }
  return attributes;
}

function valueOf(value: JsonObject | undefined): AttributeValue | undefined {
  if (value === undefined) return undefined;
  if (typeof value["stringValue"] === "string") return sharedText(value["stringValue"]);
  if (typeof value["boolValue"] === "boolean") return value["boolValue"];
  return numberOf(value["intValue"] ?? value["doubleValue"]);
}
