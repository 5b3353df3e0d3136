/** Providers, tracers and spans for the parts. */
import { SpanKind, trace, type Attributes, type Tracer } from "@opentelemetry/api";
import { resourceFromAttributes } from "@opentelemetry/resources";
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BasicTracerProvider,
  type ReadableSpan,
  type Span,
  type SpanProcessor,
} from "@opentelemetry/sdk-trace-base";
import { ROOT_CONTEXT } from "./request.ts";

export const quietProcessor: SpanProcessor = {
  onStart: () => {},
  onEnd: () => {},
  forceFlush: async () => {},
  shutdown: async () => {},
};

/** Six, of the kinds and lengths that services record. */
export const SIX_ATTRIBUTES: Attributes = {
  "http.request.method": "POST",
  "url.path": "/orders",
  "http.route": "/orders",
  "http.response.status_code": 201,
  "order.customer": "customer-17",
  "spantoll.request_id": 123456,
};

function tracerOf(sampler: AlwaysOnSampler | AlwaysOffSampler): Tracer {
  const resource = resourceFromAttributes({ "service.name": "micro", "telemetry.sdk.language": "nodejs" });
  const provider = new BasicTracerProvider({ sampler, resource, spanProcessors: [quietProcessor] });
  return provider.getTracer("spantoll-micro");
}

/** Of a provider with one processor that does nothing. */
export function recordingTracer(): Tracer {
  return tracerOf(new AlwaysOnSampler());
}

export function unsampledTracer(): Tracer {
  return tracerOf(new AlwaysOffSampler());
}

/** Ended spans, each a trace of its own, with six attributes. */
export function endedSpans(count: number, tracer = recordingTracer()): ReadableSpan[] {
  return Array.from({ length: count }, () => {
    const span = tracer.startSpan("order.place", { kind: SpanKind.INTERNAL, attributes: { ...SIX_ATTRIBUTES } });
    span.end();
    return span as Span;
  });
}

/** Ended traces: a root and the spans below it. */
export function endedTraces(count: number, spansEach: number): (ReadableSpan & Span)[][] {
  const tracer = recordingTracer();
  return Array.from({ length: count }, () => {
    const root = tracer.startSpan("order.place", { kind: SpanKind.SERVER, root: true });
    const below = trace.setSpan(ROOT_CONTEXT, root);
    const spans = [root, ...Array.from({ length: spansEach - 1 }, () => tracer.startSpan("step", {}, below))];
    for (const span of spans) span.end();
    return spans as Span[];
  });
}
