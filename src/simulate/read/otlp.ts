/**
 * OTLP JSON, as the Collector's file exporter writes it. Ids in hexadecimal (the OTLP specification) or base64
 * (protobuf's own JSON); enums by number or by name; 64-bit numbers as numbers or text.
 * https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
 */
import type { Attributes, AttributeValue } from "@opentelemetry/api";
import type { Place, Problems } from "../problems.ts";
import { DRIVER_LATE, type RecordedSpan } from "../recorded-span.ts";
import { spanIdOf, traceIdOf } from "./ids.ts";
import { listOf, numberOf, objectOf, textOf, type JsonObject } from "./shapes.ts";

const KINDS = ["UNSPECIFIED", "INTERNAL", "SERVER", "CLIENT", "PRODUCER", "CONSUMER"];
const CODES = ["UNSET", "OK", "ERROR"];
const ERROR = 2;

/** The spans of a `ResourceSpans`. */
export function otlpSpans(value: unknown, place: Place, problems: Problems): RecordedSpan[] {
  const resourceSpans = objectOf(value);
  const resource = objectOf(resourceSpans?.["resource"]);
  const service = serviceOf(resource);
  const spans: RecordedSpan[] = [];
  for (const key of ["scopeSpans", "instrumentationLibrarySpans"]) {
    for (const scope of listOf(resourceSpans?.[key])) {
      for (const span of listOf(objectOf(scope)?.["spans"])) {
        const read = spanOf(objectOf(span), service, place, problems);
        if (read === undefined) problems.add("bad-span", place);
        else spans.push(read);
      }
    }
  }
  if (spans.length === 0 && attributesOf(resource?.["attributes"])[DRIVER_LATE] === true)
    problems.add("driver-late", place);
  return spans;
}

function spanOf(
  span: JsonObject | undefined,
  service: string,
  place: Place,
  problems: Problems,
): RecordedSpan | undefined {
  if (span === undefined) return undefined;
  const traceId = traceIdOf(span["traceId"], place, problems);
  const spanId = spanIdOf(span["spanId"], place, problems);
  const start = timeOf(span["startTimeUnixNano"]);
  const end = timeOf(span["endTimeUnixNano"] ?? span["startTimeUnixNano"]);
  if (traceId === undefined || spanId === undefined || start === undefined || end === undefined) return undefined;
  const startS = secondsOf(start);
  const startNs = nanosOf(start);
  const durationUs = (secondsOf(end) - startS) * 1e6 + (nanosOf(end) - startNs) / 1000;
  if (Number.isNaN(durationUs)) return undefined;
  if (durationUs < 0) problems.add("negative-duration", place);
  return {
    traceId,
    spanId,
    parentId: spanIdOf(span["parentSpanId"]),
    service,
    name: sharedText(textOf(span["name"])),
    kind: enumOf(span["kind"], "SPAN_KIND_", KINDS, place, problems) || 1,
    failed: enumOf(objectOf(span["status"])?.["code"], "STATUS_CODE_", CODES, place, problems) === ERROR,
    startUs: startS * 1e6 + startNs / 1000,
    durationUs: Math.max(0, durationUs),
    attributes: attributesOf(span["attributes"]),
    place,
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

function serviceOf(resource: JsonObject | undefined): string {
  for (const attribute of listOf(resource?.["attributes"])) {
    const pair = objectOf(attribute);
    if (pair?.["key"] === "service.name") return textOf(objectOf(pair["value"])?.["stringValue"]);
  }
  return "";
}

/** A time in ns, as text of 1 to 20 characters. */
function timeOf(value: unknown): string | undefined {
  // JSON.parse makes Infinity of 1e999
  if (value === Infinity || value === -Infinity) return undefined;
  const text = typeof value === "number" ? String(BigInt(Math.trunc(value))) : value;
  return typeof text === "string" && text.length > 0 && text.length <= 20 ? text : undefined;
}

/** Of a time's digits: 19 of them do not fit one number. NaN if there is something else. */
function secondsOf(time: string): number {
  return digitsOf(time, 0, time.length - 9);
}

function nanosOf(time: string): number {
  return digitsOf(time, Math.max(0, time.length - 9), time.length);
}

/** NaN if there is something else. Digit by digit, since every span has two times. */
function digitsOf(text: string, from: number, to: number): number {
  let number = 0;
  for (let at = from; at < to; at++) {
    const digit = text.charCodeAt(at) - 0x30;
    if (!(digit >= 0 && digit <= 9)) return NaN;
    number = number * 10 + digit;
  }
  return number;
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
