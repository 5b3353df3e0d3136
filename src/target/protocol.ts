/**
 * Messages between harness and target: newline-separated JSON over a Unix socket that the target connects to. Node's IPC
 * channel would not work through `npm start`. When the socket closes, the target ends itself.
 */
import type { Endpoints } from "./endpoints.ts";

/** In the environment variable `SPANTOLL_TARGET`, as JSON. */
export interface TargetOptions {
  /** Path of the Unix socket. */
  readonly control: string;
  /** Canonical spec string of the target; absent for `command:` (the user's own program is the target). */
  readonly target?: string;
  /** `service.name`, and which process of a chain this is. */
  readonly service: string;
  /** The port of the service, if it is known before it listens. */
  readonly port?: number;
  /** Origins of the other services of a chain: {"payment": "http://127.0.0.1:4711"}. */
  readonly peers: Readonly<Record<string, string>>;
  /** Canonical spec strings. `sampler` may be `none` (load nothing) or `noop` (instrumentation, no SDK). */
  readonly sampler: string;
  /** What is instrumented, unless `sampler` is `none`; see `InstrumentationList`. */
  readonly instrumentation: string;
  readonly processor: string;
  readonly exporter: string;
  readonly endpoints: Endpoints;
  /** Relative file names of specs (`module:./x.mjs`) are relative to this folder. */
  readonly baseDir: string;
  readonly seed: number;
  /** `false` only in calibration: the SDK bare, without the ledger's wrappers. */
  readonly counted: boolean;
  /** Calibration's known truth: CPU burnt per request, in µs of the thread's own CPU clock. */
  readonly burnUsPerRequest?: number;
}

/** What a process has used, from its own view. Times are totals since its start. */
export interface Usage {
  readonly cpuUserUs: number;
  readonly cpuSystemUs: number;
  readonly rssBytes: number;
  readonly heapUsedBytes: number;
  /** Since the last `window-open`. */
  readonly gcMs: number;
  readonly gcCount: number;
  readonly loopDelayMs: { readonly p50: number; readonly p99: number; readonly max: number };
  /** Event-loop utilisation, 0 to 1. */
  readonly loopUtilization: number;
  /** CPU burnt on purpose (calibration), µs, total. */
  readonly burntUs: number;
}

/** Spans that may have arrived all the same: the sink is asked for their ids. */
export interface Doubtful {
  readonly count: number;
  /** 8 bytes a span, base64. */
  readonly spanIds: string;
}

/**
 * The target's side of the ledger, over the life of the process, or since its counts began anew. Each figure is counted
 * at its own place; none is the remainder of others, so that a residual can show.
 */
export interface SpanCounts {
  readonly started: number;
  readonly unsampled: number;
  readonly recordOnly: number;
  readonly sampled: number;
  /** Sampled, started, never ended. */
  readonly unended: number;
  /** Decided against by a tail sampler, whole traces. */
  readonly tailRejected: number;
  /** Pushed out of a tail sampler's bounded buffer undecided. */
  readonly tailEvicted: number;
  readonly queueFull: number;
  readonly afterShutdown: number;
  /** In batches the exporter reported as successful. */
  readonly exported: number;
  /** In batches the exporter reported as failed, by reason: {"timeout": …, "http 503": …}. */
  readonly exportFailed: Readonly<Record<string, Doubtful>>;
  /** In batches handed to the exporter without an answer. */
  readonly unresolved: Doubtful;
  /** In the processor's queue when the process ended. */
  readonly stillQueued: number;
  /** Sampled root spans / root spans of this process (local roots): the achieved sampling ratio. */
  readonly rootsStarted: number;
  readonly rootsSampled: number;
  /** Spans not started because tracing was suppressed (`suppressTracing`), if that can be seen. */
  readonly suppressed: number;
}

/** What one process has done. */
export interface ProcessCounts {
  /** Absent if nothing traces (`none`, `noop`). */
  readonly spans?: SpanCounts;
  /** Spans that are or may be lost, as `LostSpans.toBase64` writes them. */
  readonly lostSpans?: string;
  readonly requestsStarted: number;
  /** Requests that the service made to itself, and that were answered. */
  readonly ownCalls: number;
  /** Libraries that were instrumented: "express 5.3.0". */
  readonly instrumented: readonly string[];
  /** Packages that can trace, which the service itself has loaded; absent if Spantoll traces it. */
  readonly tracers?: readonly string[];
}

/** What a process has done so far, when it has flushed. */
export interface FlushCounts {
  readonly lostSpans: number;
  /** Sampled spans that are still in a queue, or with the exporter without an answer; absent if spans are not counted. */
  readonly pendingSpans?: number | undefined;
  /** Absent with it, and if nothing traces. */
  readonly spansStarted?: number | undefined;
  /** Without those that the service made to itself. */
  readonly requestsStarted: number;
}

export type ToTarget =
  | { readonly id: number; readonly type: "usage"; readonly collectGarbage?: boolean }
  /** Resets what is counted per window: loop delay, GC. */
  | { readonly id: number; readonly type: "window-open" }
  | { readonly id: number; readonly type: "flush" }
  /** These three are answered by the control thread. */
  | { readonly id: number; readonly type: "profile"; readonly intervalUs: number }
  | { readonly id: number; readonly type: "profiled"; readonly file: string }
  /** How many scripts V8 has loaded. */
  | { readonly id: number; readonly type: "scripts" }
  /** Asks what the process has done so far, before it is measured. */
  | { readonly id: number; readonly type: "control" }
  /** Asks for the counts, which begin anew if nothing is under way. */
  | { readonly id: number; readonly type: "turn" }
  /** Shuts tracing down and sends the counts. The process stays until the harness hangs up: the others of a service may end with it. */
  | { readonly id: number; readonly type: "finish"; readonly timeoutMs: number };

export type FromTarget =
  | { readonly type: "hello"; readonly pid: number; readonly service: string; readonly node: string }
  | { readonly type: "listening"; readonly origin: string }
  | { readonly type: "failed"; readonly message: string }
  | { readonly id: number; readonly type: "usage"; readonly usage: Usage }
  | { readonly id: number; readonly type: "loaded"; readonly scripts: number }
  | { readonly id: number; readonly type: "ok" }
  | ({ readonly id: number; readonly type: "flushed" } & FlushCounts)
  | {
      readonly id: number;
      readonly type: "controlled";
      readonly requestsStarted: number;
      /** Absent if spans are not counted. */
      readonly spansStarted?: number | undefined;
      /** Whether a tracer provider is registered. */
      readonly isTraced: boolean;
    }
  /** Without counts if a request, a span or a batch is under way: they go on. */
  | { readonly id: number; readonly type: "turned"; readonly counts?: ProcessCounts }
  | ({ readonly id: number; readonly type: "finished" } & ProcessCounts);
