import { readJson } from "../../base/document.ts";
import { UserError } from "../../base/problem.ts";
import { scenarioTextSchema } from "../../spec/scenario.ts";
import type { Place, Problems } from "../problems.ts";
import type { RecordedSpan } from "../recorded-span.ts";
import { readValues } from "./documents.ts";
import { jaegerSpans } from "./jaeger.ts";
import { otlpSpans } from "./otlp.ts";
import { isPythonConsole, pythonConsoleSpan } from "./python-console.ts";
import { listOf, objectOf, withCamelCase, type JsonObject } from "./shapes.ts";
import { isZipkinV1, zipkinV1Records } from "./zipkin-v1.ts";
import { zipkinSpan } from "./zipkin.ts";

/** Every span of the files in turn. */
export async function* readAll(files: readonly string[], problems: Problems): AsyncGenerator<RecordedSpan[]> {
  for (const file of files) yield* readRecordedSpans(file, problems);
}

/**
 * Every span of a trace file, in batches as they stand in it. The content says the format: OTLP JSON or protobuf, Tempo,
 * Jaeger, Zipkin. Damage is counted in `problems`; a file without a single span is a `UserError`.
 */
export async function* readRecordedSpans(file: string, problems: Problems): AsyncGenerator<RecordedSpan[]> {
  let spans = 0;
  for await (const found of readValues(file, problems)) {
    for (const { value, key, place } of found) {
      const batch = key ? spansUnder(key, value, place, problems) : spansOf(value, place, problems);
      spans += batch.length;
      if (batch.length > 0) yield batch;
    }
  }
  if (spans > 0) return;
  if (isScenario(file))
    throw new UserError(`${file}: is a scenario; expected traces, such as bench ${file} --record traces.jsonl writes`);
  const reasons = problems.toWarnings().map(({ message }) => message);
  const why = [`${file}: holds no spans; expected OTLP, Tempo, Jaeger or Zipkin traces`, ...reasons].join("; ");
  throw new UserError(why);
}

function isScenario(file: string): boolean {
  try {
    const fields = Object.keys(readJson(file) as object);
    return fields.length > 0 && fields.every((field) => field in scenarioTextSchema.shape);
  } catch {
    return false;
  }
}

/** The spans of an element of the list with that key. */
function spansUnder(key: string, value: unknown, place: Place, problems: Problems): RecordedSpan[] {
  if (key === "data") return jaegerSpans(value, place, problems);
  if (["resourceSpans", "batches"].includes(key)) return otlpSpans(value, place, problems);
  return key === "resource_spans" ? otlpSpans(withCamelCase(value), place, problems) : spansOf(value, place, problems);
}

/** No format has its spans deeper than this. */
const DEEPEST = 20;

function spansOf(value: unknown, place: Place, problems: Problems, depth = 0): RecordedSpan[] {
  if (Array.isArray(value) && depth < DEEPEST)
    return value.flatMap((item) => spansOf(item, place, problems, depth + 1));
  const spans = depth < DEEPEST ? spansOfObject(objectOf(value) ?? {}, place, problems, depth) : undefined;
  if (spans === undefined) problems.add("unknown-shape", place);
  return spans ?? [];
}

/** Undefined for an object of no known shape. */
function spansOfObject(
  object: JsonObject,
  place: Place,
  problems: Problems,
  depth: number,
): RecordedSpan[] | undefined {
  const each = (key: string, list: unknown): RecordedSpan[] =>
    listOf(list).flatMap((item) => spansUnder(key, item, place, problems));
  for (const key of ["resourceSpans", "resource_spans", "batches"]) if (key in object) return each(key, object[key]);
  if ("data" in object)
    return Array.isArray(object["data"]) ? each("data", object["data"]) : each("data", [object["data"]]);
  if ("spans" in object) return jaegerSpans(object, place, problems);
  if ("traceID" in object && "spanID" in object) return jaegerSpans({ spans: [object] }, place, problems);
  if (isZipkinV1(object)) return zipkinV1Records(object).flatMap((one) => zipkinSpan(one, place, problems));
  if ("traceId" in object && "id" in object) return zipkinSpan(object, place, problems);
  if (isPythonConsole(object)) return otlpSpans(pythonConsoleSpan(object), place, problems);
  // Tempo's API, Jaeger's API v3, and a search in Elasticsearch
  const inner = ["trace", "result", "_source", "hits"].find((key) => typeof object[key] === "object");
  return inner === undefined ? undefined : spansOf(object[inner], place, problems, depth + 1);
}
