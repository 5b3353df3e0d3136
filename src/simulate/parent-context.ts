import {
  INVALID_SPAN_CONTEXT,
  ROOT_CONTEXT,
  trace,
  TraceFlags,
  type Context,
  type Span,
  type SpanContext,
} from "@opentelemetry/api";
import type { RecordedTrace } from "./recorded-trace.ts";

/** A context below a span, as samplers get it. `trace.setSpan` makes one with a map, which costs more than most decisions. */
export class ParentContext implements Context {
  private readonly span: Span;

  constructor(spanContext: SpanContext) {
    this.span = trace.wrapSpanContext(spanContext);
  }

  getValue(key: symbol): unknown {
    return key === SPAN_KEY ? this.span : undefined;
  }

  setValue(key: symbol, value: unknown): Context {
    return trace.setSpan(ROOT_CONTEXT, this.span).setValue(key, value);
  }

  deleteValue(key: symbol): Context {
    return key === SPAN_KEY ? ROOT_CONTEXT : this;
  }
}

/** The API does not export it. */
const SPAN_KEY = ((): symbol => {
  const keys: symbol[] = [];
  const witness = { ...ROOT_CONTEXT, setValue: (key: symbol) => (keys.push(key), ROOT_CONTEXT) };
  trace.setSpanContext(witness, INVALID_SPAN_CONTEXT);
  return keys[0]!;
})();

/** The span context of a caller whose span is not in the recording. */
export function callerContext(
  spanId: string,
  { isSampled }: NonNullable<RecordedTrace["caller"]>,
  traceId: string,
): SpanContext {
  return { traceId, spanId, traceFlags: isSampled ? TraceFlags.SAMPLED : TraceFlags.NONE, isRemote: true };
}
