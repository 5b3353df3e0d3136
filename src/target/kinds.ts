/** What each extension point of the target makes. SDK packages are imported inside `make`, so that listing loads nothing. */
import type { MeterProvider } from "@opentelemetry/api";
import type { ReadableSpan, Sampler, SpanExporter, SpanProcessor } from "@opentelemetry/sdk-trace-base";
import type { Clock } from "../base/clock.ts";
import type { ConfigOf, Fields, Kind } from "../base/registry.ts";
import type { InletEndpoints } from "./endpoints.ts";
import type { RequestTemplate } from "./request-template.ts";

export interface SamplerContext {
  readonly service: string;
  readonly baseDir: string;
  /** Trace time: the wall clock live, the recorded time in `simulate`. */
  readonly clock: Clock;
  readonly seed: number;
}

export interface SamplerMade {
  readonly sampler: Sampler;
  /** For samplers that decide at the end: stands in front of the processor, and tells `book` of what it does not pass on. */
  readonly wrap?: (next: SpanProcessor, book: TailBook) => SpanProcessor;
  readonly shutdown?: () => Promise<void>;
}

export interface TailBook {
  rejected(span: ReadableSpan): void;
  evicted(span: ReadableSpan): void;
}

export interface SamplerKind<F extends Fields = Fields> extends Kind<F> {
  make(config: ConfigOf<F>, context: SamplerContext): Promise<SamplerMade>;
  /** Reads the files the spec names, before anything is measured. Throws a `UserError` where one is missing or wrong. */
  check?(config: ConfigOf<F>, context: { readonly baseDir: string }): Promise<void>;
  /** The inclusion probability of a trace, where the sampler has one that is known before and valid for every trace. */
  inclusion?(config: ConfigOf<F>): number | undefined;
}

/** What processors and exporters are made in. */
export interface PipelineContext {
  /** Relative file names are relative to this folder. */
  readonly baseDir: string;
  /** Where the SDK's parts report their own metrics to; absent, they report none. */
  readonly meterProvider?: MeterProvider;
}

export interface ProcessorKind<F extends Fields = Fields> extends Kind<F> {
  make(config: ConfigOf<F>, exporter: SpanExporter, context: PipelineContext): Promise<SpanProcessor>;
  check?(config: ConfigOf<F>, context: { readonly baseDir: string }): Promise<void>;
  /** Room in the queue in spans; undefined where there is none. */
  queueSize?(config: ConfigOf<F>): number | undefined;
}

export interface ExporterKind<F extends Fields = Fields> extends Kind<F> {
  /** Which of the sink's endpoints it sends to; undefined where nothing reaches the sink. */
  readonly endpoint: keyof InletEndpoints | undefined;
  check?(config: ConfigOf<F>, context: { readonly baseDir: string }): Promise<void>;
  make(config: ConfigOf<F>, endpoints: InletEndpoints, context: PipelineContext): Promise<SpanExporter>;
}

/** One process of a target: its name, and the peers that must be listening before it starts. */
export interface ServiceProcess {
  readonly service: string;
  readonly needs: readonly string[];
}

/** Libraries whose instrumentation the preload can register. */
export type Library = "http" | "fastify" | "express";

export interface TargetKind<F extends Fields = Fields> extends Kind<F> {
  /** The libraries instrumented in its processes, unless the variant is `none`. */
  readonly instrumented: readonly Library[];
  /** In the order of starting; load goes to the last. */
  services(config: ConfigOf<F>): readonly ServiceProcess[];
  /** The requests it understands, with the usual shares of each class. Empty: the scenario must give them. */
  readonly requests: readonly RequestTemplate[];
  /** Starts the service in this process on 127.0.0.1 and a free port; returns its origin. Absent for `command:`. */
  serve?(config: ConfigOf<F>, context: ServeContext): Promise<RunningTarget>;
  /** For `command:`: the shell words to run. */
  command?(config: ConfigOf<F>): ServiceCommand;
}

/** A service of the user's own. */
export interface ServiceCommand {
  /** `{port}` stands for the port. */
  readonly command: string;
  readonly portEnv: string;
  /** It sets up OpenTelemetry itself and is configured by OTEL_* variables; otherwise it gets the preload. */
  readonly ownSdk: boolean;
}

export interface ServeContext {
  readonly service: string;
  readonly peers: Readonly<Record<string, string>>;
  readonly seed: number;
}

export interface RunningTarget {
  readonly origin: string;
  close(): Promise<void>;
}
