import {
  INVALID_SPAN_CONTEXT,
  ROOT_CONTEXT,
  trace,
  TraceFlags,
  type Context,
  type SpanContext,
} from "@opentelemetry/api";
import type { RecordedTrace } from "./recorded-trace.ts";

/** A context below a span with that span context, as samplers get it. */
export function contextOf(spanContext: () => SpanContext): Context {
  const span = trace.wrapSpanContext(INVALID_SPAN_CONTEXT);
  span.spanContext = spanContext;
  return trace.setSpan(ROOT_CONTEXT, span);
}

/** The span context of a caller whose span is not in the recording. */
export function callerContext(
  spanId: string,
  { isSampled }: NonNullable<RecordedTrace["caller"]>,
  traceId: string,
): SpanContext {
  return { traceId, spanId, traceFlags: isSampled ? TraceFlags.SAMPLED : TraceFlags.NONE, isRemote: true };
}
