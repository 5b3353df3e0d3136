/** Spans as the console exporter of OpenTelemetry Python prints them, one indented object each. */
import { objectOf, textOf, type JsonObject } from "./shapes.ts";

export function isPythonConsole(object: JsonObject): boolean {
  return objectOf(object["context"])?.["trace_id"] !== undefined && "start_time" in object;
}

/** The same as a `ResourceSpans` of OTLP. */
export function pythonConsoleSpan(object: JsonObject): JsonObject {
  const [context, resource] = [objectOf(object["context"]), objectOf(object["resource"])];
  const span = {
    traceId: idOf(context?.["trace_id"]),
    spanId: idOf(context?.["span_id"]),
    parentSpanId: idOf(object["parent_id"]),
    name: object["name"],
    kind: textOf(object["kind"]).replace(/^SpanKind\./, ""),
    startTimeUnixNano: nanosOf(object["start_time"]),
    endTimeUnixNano: nanosOf(object["end_time"]),
    attributes: attributesOf(object["attributes"]),
    status: { code: objectOf(object["status"])?.["status_code"] },
  };
  return { resource: { attributes: attributesOf(resource?.["attributes"]) }, scopeSpans: [{ spans: [span] }] };
}

function idOf(value: unknown): string {
  return textOf(value).replace(/^0x/, "");
}

/** From `2026-11-28T05:00:00.000123Z`. */
function nanosOf(value: unknown): string | undefined {
  const match = /^(.*T[\d:]+)(?:\.(\d{1,9}))?Z$/.exec(textOf(value));
  return match === null ? undefined : `${Date.parse(`${match[1]}Z`) / 1000}${(match[2] ?? "").padEnd(9, "0")}`;
}

function attributesOf(value: unknown): JsonObject[] {
  return Object.entries(objectOf(value) ?? {}).map(([key, one]) => {
    const type = { string: "stringValue", boolean: "boolValue", number: "doubleValue" }[typeof one as "string"];
    return { key, value: { [type]: one } };
  });
}
