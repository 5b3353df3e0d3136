/** Zipkin v1: the times and sides of a call are annotations, and one record may hold both sides. */
import { listOf, numberOf, objectOf, textOf, type JsonObject } from "./shapes.ts";

const SIDES = [
  { kind: "CLIENT", begin: "cs", end: "cr" },
  { kind: "SERVER", begin: "sr", end: "ss" },
] as const;

export function isZipkinV1(record: JsonObject): boolean {
  return (
    "traceId" in record &&
    "id" in record &&
    ("annotations" in record || "binaryAnnotations" in record) &&
    !("localEndpoint" in record || "kind" in record || "tags" in record)
  );
}

/** The same call as records of Zipkin v2, one for each side that the record knows. */
export function zipkinV1Records(record: JsonObject): JsonObject[] {
  const annotations = listOf(record["annotations"]).map((item) => objectOf(item) ?? {});
  const binary = listOf(record["binaryAnnotations"]).map((item) => objectOf(item) ?? {});
  const find = (value: string): JsonObject | undefined => annotations.find((one) => one["value"] === value);
  const { traceId, id, parentId, name, timestamp, duration } = record;
  const tagsOf = (service: unknown): JsonObject =>
    Object.fromEntries(
      binary
        .filter(({ endpoint }) => service === undefined || serviceOf(endpoint) === service)
        .map(({ key, value }) => [textOf(key), value]),
    );
  const about = { traceId, id, parentId, name };
  const records = SIDES.flatMap(({ kind, begin, end }) => {
    const [first, last] = [find(begin), find(end)];
    const localEndpoint = (first ?? last)?.["endpoint"];
    if (localEndpoint === undefined) return [];
    const [from, to] = [numberOf(first?.["timestamp"]), numberOf(last?.["timestamp"])];
    const took = from === undefined || to === undefined ? duration : to - from;
    const shared = kind === "SERVER" && (find("cs") !== undefined || timestamp === undefined);
    return {
      ...about,
      kind,
      shared,
      timestamp: from ?? timestamp,
      duration: took,
      localEndpoint,
      tags: tagsOf(serviceOf(localEndpoint)),
    };
  });
  if (records.length > 0) return records;
  const localEndpoint = [...annotations, ...binary].find(({ endpoint }) => endpoint !== undefined)?.["endpoint"];
  return [{ ...about, timestamp, duration, localEndpoint, tags: tagsOf(undefined) }];
}

function serviceOf(endpoint: unknown): string {
  return textOf(objectOf(endpoint)?.["serviceName"]);
}
