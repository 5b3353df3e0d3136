import { trace, TraceFlags, type Attributes, type Context, type SpanContext } from "@opentelemetry/api";
import { SamplingDecision, type Sampler, type SamplingResult } from "@opentelemetry/sdk-trace";

const SAMPLED: SamplingResult = { decision: SamplingDecision.RECORD_AND_SAMPLED };
const NOT_SAMPLED: SamplingResult = { decision: SamplingDecision.NOT_RECORD };

/** The parent of a span to start, if that is in this process; undefined for a local root. */
export function localParentOf(context: Context, traceId: string): SpanContext | undefined {
  const parent = trace.getSpanContext(context);
  return parent?.isRemote === true || parent?.traceId !== traceId ? undefined : parent;
}

/**
 * Decides once for each local root; the spans below follow. Ignores decisions of
 * other processes; `parentbased:` around it follows them.
 */
export class PerLocalRoot implements Sampler {
  private readonly keeps: (traceId: string, spanName: string, attributes: Attributes) => boolean;
  private readonly description: string;

  constructor(description: string, keeps: (traceId: string, spanName: string, attributes: Attributes) => boolean) {
    this.description = description;
    this.keeps = keeps;
  }

  shouldSample(
    context: Context,
    traceId: string,
    spanName: string,
    _kind: unknown,
    attributes: Attributes,
  ): SamplingResult {
    const parent = localParentOf(context, traceId);
    const keeps = parent ? (parent.traceFlags & TraceFlags.SAMPLED) !== 0 : this.keeps(traceId, spanName, attributes);
    return keeps ? SAMPLED : NOT_SAMPLED;
  }

  toString(): string {
    return this.description;
  }
}
