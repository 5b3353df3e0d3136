import { SpanStatusCode, trace, type Attributes, type Span } from "@opentelemetry/api";

const tracer = trace.getTracer("spantoll-shop");
const recorded = new WeakSet<Error>();

/**
 * Runs one step of the shop in a span of its own. A failing step has the status ERROR; the exception
 * is recorded once, on the span in which it arose.
 */
export function traced<T>(name: string, attributes: Attributes, step: (span: Span) => Promise<T>): Promise<T> {
  return tracer.startActiveSpan(name, { attributes }, async (span) => {
    try {
      return await step(span);
    } catch (error) {
      markFailed(span, error);
      throw error;
    } finally {
      span.end();
    }
  });
}

function markFailed(span: Span, error: unknown): void {
  const failure = error instanceof Error ? error : new Error(String(error));
  if (!recorded.has(failure)) span.recordException(failure);
  recorded.add(failure);
  span.setStatus({ code: SpanStatusCode.ERROR, message: failure.message });
}
