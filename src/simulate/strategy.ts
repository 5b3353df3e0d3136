import { ROOT_CONTEXT, TraceFlags, type SpanContext } from "@opentelemetry/api";
import { SamplingDecision, type SpanProcessor } from "@opentelemetry/sdk-trace";
import { endOf } from "./recorded-span.ts";
import { ROOT } from "../fidelity/trace-anatomy.ts";
import { makeSampler } from "../target/samplers/index.ts";
import type { SamplerMade, TracePolicy } from "../target/kinds.ts";
import { adjustedCount } from "./adjusted-count.ts";
import { keepsTrace } from "./collector-tail.ts";
import { newTraceId } from "./new-ids.ts";
import { callerContext, ParentContext } from "./parent-context.ts";
import type { RecordedTrace } from "./recorded-trace.ts";
import { apiKind, ReplayedSpan } from "./replayed-span.ts";
import { TraceClock } from "./trace-clock.ts";

export interface StrategyOptions {
  /** Canonical spec string of the sampler. */
  readonly sampler: string;
  /** If a Collector decides on whole traces. */
  readonly policy?: TracePolicy | undefined;
  readonly baseDir: string;
  readonly seed: number;
}

/** What a strategy does with a trace: for each row 1 if the span is kept (undefined: all or none), and the root's adjusted count or NaN. */
export interface Decision {
  readonly present: Uint8Array | undefined;
  readonly kept: number;
  readonly adjustedCount: number;
}

/** The sampler of one service, and where a tail sampler passes on what it keeps. */
interface ServiceSampler extends SamplerMade {
  readonly clock: TraceClock;
  readonly processor: SpanProcessor | undefined;
}

/**
 * One strategy in one repetition: a sampler of its own for each service, as each process has one, made by the same
 * code that runs live. Traces are taken one after another, so no tail buffer overflows here; services are distinguished by
 * their name, so replicas share a rate limit. A sampler sees the attributes a span ended with, which live may come later
 * than its decision.
 */
export class Strategy {
  private readonly options: StrategyOptions;
  private readonly samplers = new Map<string, ServiceSampler>();
  private keptRows: number[] = [];
  /** By row of the trace at hand: its context as other services see it. Siblings share it. */
  private remotes: SpanContext[] = [];

  constructor(options: StrategyOptions) {
    this.options = options;
  }

  /** Makes the samplers of services that are new. */
  async prepare(services: Iterable<string>): Promise<void> {
    for (const service of services) {
      if (!this.samplers.has(service)) this.samplers.set(service, await this.make(service));
    }
  }

  async shutdown(): Promise<void> {
    for (const made of this.samplers.values()) await made.shutdown?.();
  }

  /** `startMs` is when the trace starts for rate limits, which may differ from its recorded time. Its services must have been prepared. */
  decide(recorded: RecordedTrace, startMs: number): Decision {
    const { policy, seed } = this.options;
    const traceId = newTraceId(recorded.traceId, seed);
    if (policy !== undefined) {
      const kept = keepsTrace(recorded, traceId, policy) ? recorded.spans.length : 0;
      return { present: undefined, kept, adjustedCount: NaN };
    }
    const contexts: SpanContext[] = [];
    this.remotes = [];
    const present = new Uint8Array(recorded.spans.length);
    let weight = NaN;
    let kept = 0;
    let needsProcessors = false;
    for (let row = 0; row < recorded.spans.length; row++) {
      const span = recorded.spans[row]!;
      const made = this.samplers.get(span.service)!;
      const parent = this.parentOf(recorded, row, contexts, traceId);
      made.clock.set(startMs + offsetMs(span.startUs / 1000 - recorded.startMs));
      const context = parent === undefined ? ROOT_CONTEXT : new ParentContext(parent);
      const result = made.sampler.shouldSample(context, traceId, span.name, apiKind(span), span.attributes, []);
      const isSampled = result.decision === SamplingDecision.RECORD_AND_SAMPLED;
      const traceState = result.traceState ?? parent?.traceState;
      const own: SpanContext = {
        traceId,
        spanId: span.spanId,
        traceFlags: isSampled ? TraceFlags.SAMPLED : TraceFlags.NONE,
      };
      if (traceState) own.traceState = traceState;
      contexts.push(own);
      if (!isSampled) continue;
      present[row] = 1;
      kept++;
      needsProcessors ||= made.processor !== undefined;
      if (row === 0) weight = adjustedCount(traceState?.serialize() ?? "", result.attributes);
    }
    if (needsProcessors) kept = this.passThroughProcessors(recorded, contexts, present);
    return { present, kept, adjustedCount: weight };
  }

  /** A span whose parent was not recorded stands below the trace's first span, as its parent did; a later root as well. */
  private parentOf(
    recorded: RecordedTrace,
    row: number,
    contexts: readonly SpanContext[],
    traceId: string,
  ): SpanContext | undefined {
    if (row === 0) return recorded.caller && callerContext(recorded.spans[0]!.parentId!, recorded.caller, traceId);
    const parentRow = recorded.parent[row] === ROOT ? 0 : recorded.parent[row]!;
    const isRemote = recorded.parent[row] === ROOT || recorded.service[parentRow] !== recorded.service[row];
    return isRemote ? (this.remotes[parentRow] ??= { ...contexts[parentRow]!, isRemote }) : contexts[parentRow]!;
  }

  /** Gives the spans to the tail samplers as they start and end, and takes off `present` what those do not pass on. */
  private passThroughProcessors(
    recorded: RecordedTrace,
    contexts: readonly SpanContext[],
    present: Uint8Array,
  ): number {
    this.keptRows = [];
    const spans = recorded.spans.map((span, row) => {
      return new ReplayedSpan(
        span,
        row,
        contexts[row]!,
        this.parentOf(recorded, row, contexts, contexts[row]!.traceId),
      );
    });
    for (const { row, isEnd } of inTime(recorded)) {
      const processor = present[row] === 1 ? this.samplers.get(recorded.service[row]!)!.processor : undefined;
      if (present[row] === 1 && processor === undefined && isEnd) this.keptRows.push(row);
      else if (isEnd) processor?.onEnd(spans[row]!);
      else processor?.onStart(spans[row]!.asStarted(), ROOT_CONTEXT);
    }
    present.fill(0);
    for (const row of this.keptRows) present[row] = 1;
    return this.keptRows.length;
  }

  private async make(service: string): Promise<ServiceSampler> {
    const { sampler, baseDir, seed } = this.options;
    const clock = new TraceClock();
    const made = await makeSampler(sampler, { service, baseDir, clock, seed });
    return { ...made, clock, processor: made.wrap?.(this.collector(), { rejected() {}, evicted() {} }) };
  }

  /** Stands where the batch processor stands live. */
  private collector(): SpanProcessor {
    return {
      onStart: () => undefined,
      onEnd: (span) => void this.keptRows.push((span as ReplayedSpan).row),
      forceFlush: () => Promise.resolve(),
      shutdown: () => Promise.resolve(),
    };
  }
}

/** A span whose clock is hours away from its trace's must not carry its service's clock along. */
const LONGEST_OFFSET_MS = 3_600_000;

function offsetMs(recordedMs: number): number {
  return recordedMs > 0 && recordedMs <= LONGEST_OFFSET_MS ? recordedMs : 0;
}

interface Moment {
  readonly row: number;
  readonly isEnd: boolean;
  readonly atUs: number;
}

/**
 * A span's clock starts on whole milliseconds in OpenTelemetry JS, so a span may seem to outlive the one around it by so
 * much. Within a process it is taken to have ended first: a tail sampler decides when the outer one ends.
 */
const CLOCK_SLACK_US = 2000;

/** Starts and ends in order of time; at the same time, starts first and parents outside their children. */
function inTime({ spans, parent, service }: RecordedTrace): Moment[] {
  const endUs = spans.map(endOf);
  for (let row = spans.length - 1; row > 0; row--) {
    const outer = parent[row]!;
    const isInside = outer !== ROOT && service[outer] === service[row] && endUs[row]! <= endUs[outer]! + CLOCK_SLACK_US;
    if (isInside) endUs[outer] = Math.max(endUs[outer]!, endUs[row]!);
  }
  return spans
    .flatMap(({ startUs }, row): Moment[] => [
      { row, isEnd: false, atUs: startUs },
      { row, isEnd: true, atUs: endUs[row]! },
    ])
    .toSorted((a, b) => {
      if (a.atUs !== b.atUs) return a.atUs - b.atUs;
      if (a.isEnd !== b.isEnd) return a.isEnd ? 1 : -1;
      return a.isEnd ? b.row - a.row : a.row - b.row;
    });
}
