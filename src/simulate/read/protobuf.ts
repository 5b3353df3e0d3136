import protobuf from "protobufjs";
import type { Problems } from "../problems.ts";
import type { FoundValue } from "./shapes.ts";

/** What is read of `opentelemetry.proto.trace.v1`; other fields are passed over. */
export const TRACES_DATA = protobuf
  .parse(
    `syntax = "proto3";
    message TracesData { repeated ResourceSpans resourceSpans = 1; }
    message ResourceSpans { Resource resource = 1; repeated ScopeSpans scopeSpans = 2; }
    message Resource { repeated KeyValue attributes = 1; }
    message ScopeSpans { repeated Span spans = 2; }
    message Span {
      bytes traceId = 1; bytes spanId = 2; bytes parentSpanId = 4; string name = 5; int32 kind = 6;
      fixed64 startTimeUnixNano = 7; fixed64 endTimeUnixNano = 8; repeated KeyValue attributes = 9; Status status = 15;
    }
    message Status { int32 code = 3; }
    message KeyValue { string key = 1; AnyValue value = 2; }
    message AnyValue { oneof value { string stringValue = 1; bool boolValue = 2; int64 intValue = 3; double doubleValue = 4; } }`,
    { keepCase: true },
  )
  .root.lookupType("TracesData");

const LENGTH_BYTES = 4;

/**
 * OTLP protobuf in the shape of its JSON: one message, or messages after their length in four bytes, as the Collector's
 * file exporter writes them.
 */
export async function* protobufValues(
  file: string,
  bytes: AsyncIterable<Buffer>,
  problems: Problems,
): AsyncGenerator<FoundValue[]> {
  let rest: Buffer = Buffer.alloc(0);
  let count = 0;
  let isDelimited: boolean | undefined;
  for await (const chunk of bytes) {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    isDelimited ??= rest[0] === 0;
    if (!isDelimited) continue;
    for (let end = endOf(rest); end <= rest.length; end = endOf(rest)) {
      yield decoded(rest.subarray(LENGTH_BYTES, end));
      rest = rest.subarray(end);
    }
  }
  if (isDelimited && rest.length > 0) problems.add("cut-off", { file, at: `message ${count + 1}` });
  else if (!isDelimited) yield decoded(rest);

  function decoded(message: Buffer): FoundValue[] {
    const place = { file, at: `message ${++count}` };
    try {
      const value = TRACES_DATA.toObject(TRACES_DATA.decode(message), { longs: String, bytes: String });
      return [{ value, place }];
    } catch (error) {
      problems.add("not-otlp", place, (error as Error).message);
      return [];
    }
  }
}

/** Where the first message ends; more than there is if not even its length has arrived. */
function endOf(bytes: Buffer): number {
  return bytes.length < LENGTH_BYTES ? Infinity : LENGTH_BYTES + bytes.readUInt32BE();
}
