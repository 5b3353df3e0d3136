import { trace, TraceFlags, type Attributes, type Context } from "@opentelemetry/api";
import { SamplingDecision, type Sampler, type SamplingResult } from "@opentelemetry/sdk-trace";

const SAMPLED: SamplingResult = { decision: SamplingDecision.RECORD_AND_SAMPLED };
const NOT_SAMPLED: SamplingResult = { decision: SamplingDecision.NOT_RECORD };

/**
 * Decides once for each local root (a span whose parent is absent or in another process); the spans below it
 * follow, so that what a process keeps of a trace is whole. A decision that arrives from another process is
 * not heeded; `parentbased:` around the sampler heeds it.
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
    const parent = trace.getSpanContext(context);
    const isLocalRoot = parent === undefined || parent.isRemote === true || parent.traceId !== traceId;
    const keeps = isLocalRoot
      ? this.keeps(traceId, spanName, attributes)
      : (parent.traceFlags & TraceFlags.SAMPLED) !== 0;
    return keeps ? SAMPLED : NOT_SAMPLED;
  }

  toString(): string {
    return this.description;
  }
}
