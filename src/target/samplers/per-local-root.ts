import { trace, TraceFlags, type Attributes, type Context } from "@opentelemetry/api";
import { SamplingDecision, type Sampler, type SamplingResult } from "@opentelemetry/sdk-trace";

const SAMPLED: SamplingResult = { decision: SamplingDecision.RECORD_AND_SAMPLED };
const NOT_SAMPLED: SamplingResult = { decision: SamplingDecision.NOT_RECORD };

/**
 * Decides once for each local root (a span without a parent in this process); the spans below follow. Ignores decisions of
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
