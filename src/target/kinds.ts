/** The extension points of the target. SDK packages are imported inside `make`, so that listing loads nothing. */
import type { ComposableSampler } from "@opentelemetry/sampler-composite";
import type { ReadableSpan, Sampler, SpanExporter, SpanProcessor } from "@opentelemetry/sdk-trace";
import type { Clock } from "../base/clock.ts";
import type { ConfigOf, Fields, Kind, Spec } from "../base/registry.ts";
import type { Endpoints } from "./endpoints.ts";

/** What parts of a pipeline are made in. */
export interface PipelineContext {
  /** Relative file names are relative to this folder. */
  readonly baseDir: string;
}

export interface SamplerContext extends PipelineContext {
  readonly service: string;
  /** Trace time: the wall clock live, the recorded time in `simulate`. */
  readonly clock: Clock;
  readonly seed: number;
}

export interface SamplerMade {
  readonly sampler: Sampler;
  /** Of a tail sampler: a processor in front of the other one, that reports to `losses` what it does not pass on. */
  readonly wrap?: (next: SpanProcessor, losses: TailLosses) => SpanProcessor;
  readonly shutdown?: () => Promise<void>;
}

export interface TailLosses {
  rejected(span: ReadableSpan): void;
  evicted(span: ReadableSpan): void;
}

/** What the number of kept spans grows with. */
export type Volume = "per request" | "per process" | "unknown";

/** Traces that one process keeps at most: a second, and at once after a quiet time. */
export interface RateLimit {
  readonly perSecond: number;
  readonly burst: number;
}

/** OTEL_* variables that configure a service's own SDK, in any language. */
export type Environment = Readonly<Record<string, string>>;

/** A node of OpenTelemetry's declarative configuration, file format 1.0. */
export type Declarative = Readonly<Record<string, unknown>>;

interface PipelineKind<F extends Fields> extends Kind<F> {
  /** Reads the files that the spec names, before anything is measured. Throws a `UserError` if one is missing or wrong. */
  check?(config: ConfigOf<F>, context: PipelineContext): Promise<void>;
  /** The text of the files that the example names. */
  readonly exampleFiles?: Readonly<Record<string, string>>;
}

/** How a Collector decides on whole traces. */
export interface TracePolicy {
  /** Keeps traces with a span whose status is ERROR. */
  readonly errors: boolean;
  /** Keeps traces that took so long, in ms. */
  readonly slow?: number | undefined;
  /** Share of the others, by trace id. */
  readonly ratio: number;
  /** From a trace's first span to the decision, in ms. */
  readonly wait: number;
  /** Most traces in memory. */
  readonly traces: number;
}

/** Makes a sampler that stands inside a composite one. */
export type Compose = (spec: Spec<SamplerKind>) => Promise<ComposableSampler>;

export interface SamplerKind<F extends Fields = Fields> extends PipelineKind<F> {
  /** False: the process has no SDK, so a variant with it has no processor, exporter and backend. */
  readonly traced: boolean;
  /** A package and its first version that has it, such as `@opentelemetry/sdk-trace@2.9.0`, if not every SDK has that. */
  readonly needs?: string;
  /** True: decides when a trace is complete. No SDK has that: in production, services send all spans to a Collector that decides. */
  readonly tail?: true;
  make(config: ConfigOf<F>, context: SamplerContext): Promise<SamplerMade>;
  /**
   * Inclusion probability, if one is known beforehand and valid for every trace. `callersSampled`: of traces below callers
   * that are sampled with this probability.
   */
  probability?(config: ConfigOf<F>, callersSampled?: number): number | undefined;
  volume(config: ConfigOf<F>): Volume;
  /** Absent or undefined: the sampler has no limit. */
  rateLimit?(config: ConfigOf<F>): RateLimit | undefined;
  /** Undefined: cannot be set by OTEL_* variables. */
  environment?(config: ConfigOf<F>): Environment | undefined;
  /** Undefined: the file format, or the SDK that reads it, does not have it. */
  declarative?(config: ConfigOf<F>): Declarative | undefined;
  /** Present if a Collector can decide instead of the process: what `simulate` follows. Undefined: the process decides there too. */
  wholeTrace?(config: ConfigOf<F>): TracePolicy | undefined;
  /** Configuration of a Collector that decides the same. */
  collector?(config: ConfigOf<F>): object;
  /** The sampler as part of a composite one: it passes its threshold on in the tracestate. */
  composable?(config: ConfigOf<F>, compose: Compose): Promise<ComposableSampler>;
}

/** A queue of `queue` spans, exported in batches of `batch` spans, or of fewer after `delayMs`. */
export interface Batching {
  readonly queue: number;
  readonly batch: number;
  readonly delayMs: number;
}

export interface ProcessorKind<F extends Fields = Fields> extends PipelineKind<F> {
  make(config: ConfigOf<F>, exporter: SpanExporter, context: PipelineContext): Promise<SpanProcessor>;
  /** Absent: it has no queue. */
  batching?(config: ConfigOf<F>): Batching;
  environment?(config: ConfigOf<F>): Environment | undefined;
  declarative?(config: ConfigOf<F>, exporter: Declarative): Declarative | undefined;
}

export interface ExporterKind<F extends Fields = Fields> extends PipelineKind<F> {
  /** The endpoint it sends to; undefined if it sends to none. */
  readonly endpoint: keyof Endpoints | undefined;
  /** How long it retries a batch, ms. Absent: it does not retry. */
  retryTimeoutMs?(config: ConfigOf<F>): number;
  make(config: ConfigOf<F>, endpoints: Endpoints, context: PipelineContext): Promise<SpanExporter>;
  environment?(config: ConfigOf<F>, endpoints: Endpoints): Environment | undefined;
  declarative?(config: ConfigOf<F>, endpoints: Endpoints): Declarative | undefined;
}
