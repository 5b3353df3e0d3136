import { UserError } from "../../base/problem.ts";
import { placeText, type Problems } from "../problems.ts";
import type { RecordedSpan } from "../recorded-span.ts";
import { jaegerSpans } from "./jaeger.ts";
import { readJsonValues, type FoundValue } from "./json-values.ts";
import { otlpSpans } from "./otlp.ts";
import { listOf, objectOf, type JsonObject } from "./shapes.ts";
import { zipkinSpan } from "./zipkin.ts";

/**
 * Every span of a trace file, in batches as they lie in it: OTLP JSON (lines or one document), Jaeger JSON, Zipkin v2 JSON, plain or gzip; the
 * format is told by the content. What is damaged is booked in `problems`; a file without a single span is a `UserError`.
 */
export async function* readRecordedSpans(file: string, problems: Problems): AsyncGenerator<RecordedSpan[]> {
  let spans = 0;
  let firstPlace: string | undefined;
  for await (const found of readJsonValues(file, problems)) {
    firstPlace ??= placeText(found.place);
    const batch = [...spansOf(found, problems)];
    spans += batch.length;
    yield batch;
  }
  if (spans === 0) {
    throw new UserError(`${firstPlace ?? file}: holds no spans; expected OTLP, Jaeger or Zipkin v2 JSON`);
  }
}

function* spansOf({ value, key, place }: FoundValue, problems: Problems): Generator<RecordedSpan> {
  if (key === "resourceSpans") yield* otlpSpans(value, place, problems);
  else if (key === "data") yield* jaegerSpans(value, place, problems);
  else if (Array.isArray(value)) for (const item of value) yield* spansOf({ value: item, key, place }, problems);
  else {
    const object = objectOf(value);
    const read = object && spansOfObject(object, { value, key, place }, problems);
    if (read === undefined) problems.add("unknown-shape", place);
    else yield* read;
  }
}

/** A line of JSON lines, or an element of a list. */
function spansOfObject(object: JsonObject, found: FoundValue, problems: Problems): Iterable<RecordedSpan> | undefined {
  const under = (key: string): RecordedSpan[] =>
    listOf(object[key]).flatMap((value) => [...spansOf({ ...found, value, key }, problems)]);
  if ("resourceSpans" in object) return under("resourceSpans");
  if (Array.isArray(object["data"])) return under("data");
  if ("data" in object) return spansOf({ ...found, value: object["data"], key: "data" }, problems);
  if ("spans" in object) return jaegerSpans(object, found.place, problems);
  if ("traceId" in object && "id" in object) return zipkinSpan(object, found.place, problems);
  return undefined;
}
