/** The parts of the API and of the SDK's spans and contexts. */
import {
  context,
  propagation,
  ROOT_CONTEXT,
  SpanStatusCode,
  trace,
  TraceFlags,
  type Span,
  type Tracer,
} from "@opentelemetry/api";
import { RandomIdGenerator } from "@opentelemetry/sdk-trace-base";
import { NodeTracerProvider } from "@opentelemetry/sdk-trace-node";
import { kept, repeated, type Operation, type Parts } from "./operation.ts";
import { recording, remoteContexts, SIX_ATTRIBUTES, unsampled } from "./requests.ts";

const FAILURE = new Error("payment declined: insufficient funds");

const startAndEnd = (tracer: Tracer, parents = remoteContexts(TraceFlags.SAMPLED)): Operation =>
  repeated((i) => tracer.startSpan("order.place", undefined, parents[i % parents.length]).end());

/** Fresh spans for each sample: attributes and events stay on a span. */
function onSpans(tracer: Tracer, once: (span: Span, i: number) => unknown): Operation {
  let spans: Span[] = [];
  return {
    prepare: (times) => void (spans = Array.from({ length: times / 4 }, () => tracer.startSpan("order.place"))),
    run(times) {
      for (let i = 0; i < times; i++) kept.last = once(spans[i >> 2]!, i);
    },
  };
}

const setAttribute = (span: Span, i: number): Span => span.setAttribute(`order.attribute_${i & 3}`, i);
const addEvent = (span: Span): Span => span.addEvent("order.placed", { "order.id": "o-17", "order.cents": 7597 });

export const SPANS: Parts = {
  "id/trace": () => repeated(() => ids.generateTraceId()),
  "id/span": () => repeated(() => ids.generateSpanId()),
  "span/no-sdk": () => {
    trace.disable();
    return startAndEnd(trace.getTracer("micro"));
  },
  "span/unsampled": () => startAndEnd(unsampled),
  "span/root": () => startAndEnd(recording, [ROOT_CONTEXT]),
  "span/child": () => startAndEnd(recording),
  "span/six-attributes": () =>
    repeated(() => recording.startSpan("order.place", { attributes: { ...SIX_ATTRIBUTES } }, ROOT_CONTEXT).end()),
  "span/attribute": () => onSpans(recording, setAttribute),
  "span/attribute-unsampled": () => onSpans(unsampled, setAttribute),
  "span/event": () => onSpans(recording, addEvent),
  "span/event-unsampled": () => onSpans(unsampled, addEvent),
  "span/exception": () =>
    onSpans(recording, (span) => {
      span.recordException(FAILURE);
      return span.setStatus({ code: SpanStatusCode.ERROR, message: FAILURE.message });
    }),
};
const ids = new RandomIdGenerator();

/** Propagation and the active span, by what `NodeTracerProvider.register()` registers; made in that order. */
function registered(): ReturnType<typeof remoteContexts> {
  new NodeTracerProvider().register();
  return remoteContexts(TraceFlags.SAMPLED);
}

function extracting(isTraced: boolean): Operation {
  const requests = registered().map((one) => {
    const headers: Record<string, string> = { host: "127.0.0.1" };
    if (isTraced) propagation.inject(one, headers);
    return headers;
  });
  return repeated((i) => propagation.extract(ROOT_CONTEXT, requests[i & 63]!));
}

export const CONTEXT: Parts = {
  "context/inject": () => {
    const contexts = registered();
    return repeated((i) => propagation.inject(contexts[i & 63]!, { host: "127.0.0.1" }));
  },
  "context/extract": () => extracting(true),
  "context/extract-absent": () => extracting(false),
  "context/switch": () => {
    const contexts = registered();
    return repeated((i) => context.with(contexts[i & 63]!, () => kept.count++));
  },
  "context/active": () => {
    registered();
    return repeated(() => context.active());
  },
};
