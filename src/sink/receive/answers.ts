import type { Format } from "./request-handler.ts";

const REASON = "rejected by the backend condition";
const NOTHING = Buffer.alloc(0);

/**
 * The body of an answer of success: an `ExportTraceServiceResponse`, with `partial_success` if spans were
 * rejected; Zipkin has none. Source: opentelemetry-proto, collector/trace/v1.
 */
export function successBody(format: Format, rejected: number): Buffer {
  if (format === "zipkin") return NOTHING;
  if (format === "json") {
    const partialSuccess = { rejectedSpans: String(rejected), errorMessage: REASON };
    return Buffer.from(JSON.stringify(rejected === 0 ? {} : { partialSuccess }));
  }
  return rejected === 0 ? NOTHING : message(1, Buffer.concat([whole(1, rejected), text(2, REASON)]));
}

/** The body of an answer of failure: a `google.rpc.Status` in the request's own encoding, as OTLP/HTTP asks. */
export function failureBody(format: Format | undefined, reason: string): Buffer {
  if (format === "protobuf") return text(2, reason);
  return Buffer.from(JSON.stringify({ message: reason }));
}

/** `grpc-status-details-bin`: a `google.rpc.Status` that holds `RetryInfo`, by which OTLP/gRPC knows a throttle. */
export function retryDetails(code: number, retryAfterMs: number): string {
  const seconds = Math.floor(retryAfterMs / 1000);
  const nanos = Math.round((retryAfterMs - seconds * 1000) * 1e6);
  const delay = Buffer.concat([whole(1, seconds), whole(2, nanos)]);
  const info = Buffer.concat([text(1, "type.googleapis.com/google.rpc.RetryInfo"), message(2, message(1, delay))]);
  return Buffer.concat([whole(1, code), text(2, "throttled"), message(3, info)]).toString("base64");
}

function whole(field: number, value: number): Buffer {
  return Buffer.from([field << 3, ...varint(value)]);
}

function text(field: number, value: string): Buffer {
  return message(field, Buffer.from(value));
}

function message(field: number, content: Buffer): Buffer {
  return Buffer.concat([Buffer.from([(field << 3) | 2, ...varint(content.length)]), content]);
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  for (; value >= 0x80; value = Math.floor(value / 0x80)) bytes.push((value % 0x80) | 0x80);
  return [...bytes, value];
}
