/** Ids, contexts and spans of requests for the parts. */
import { ROOT_CONTEXT, trace, TraceFlags, type Attributes, type Context, type Span } from "@opentelemetry/api";
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BasicTracerProvider,
  type ReadableSpan,
  type SpanProcessor,
} from "@opentelemetry/sdk-trace-base";
import { seededRandom } from "../../src/base/random.ts";

/** A power of two. With fewer ids the processor learns their digits by heart, and a decision by trace id looks cheaper. */
export const REQUESTS = 8192;

export const SIX_ATTRIBUTES: Attributes = {
  "http.request.method": "POST",
  "url.path": "/orders",
  "http.route": "/orders",
  "http.response.status_code": 201,
  "order.customer": "customer-17",
  "spantoll.request_id": 123456,
};

export const QUIET_PROCESSOR: SpanProcessor = {
  onStart: () => undefined,
  onEnd: () => undefined,
  forceFlush: async () => undefined,
  shutdown: async () => undefined,
};

const random = seededRandom(1);

function hexId(digits: number): string {
  return Array.from({ length: digits }, () => Math.floor(random() * 16).toString(16)).join("");
}

export const traceIds: readonly string[] = Array.from({ length: REQUESTS }, () => hexId(32));

/** A context from another process for each of 64 requests in flight. */
export function remoteContexts(traceFlags: TraceFlags): Context[] {
  return traceIds
    .slice(0, 64)
    .map((traceId) => trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId: hexId(16), traceFlags, isRemote: true }));
}

const tracerOf = (sampler: AlwaysOnSampler | AlwaysOffSampler) =>
  new BasicTracerProvider({ sampler, spanProcessors: [QUIET_PROCESSOR] }).getTracer("micro");
export const recording = tracerOf(new AlwaysOnSampler());
export const unsampled = tracerOf(new AlwaysOffSampler());

/** Ended spans with six attributes; each `traceSize` of them are one trace. */
export function endedSpans(count: number, traceSize = 1): (Span & ReadableSpan)[] {
  let parent = ROOT_CONTEXT;
  return Array.from({ length: count }, (_, i) => {
    const span = recording.startSpan(
      "order.place",
      { attributes: { ...SIX_ATTRIBUTES } },
      i % traceSize === 0 ? ROOT_CONTEXT : parent,
    );
    if (i % traceSize === 0) parent = trace.setSpan(ROOT_CONTEXT, span);
    span.end();
    return span as Span & ReadableSpan;
  });
}
