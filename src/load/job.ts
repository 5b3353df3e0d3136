/**
 * Messages to and from the load process. Requests are a pure function of the job's seed,
 * so every target (variant) gets the same requests, classes and arrival times.
 */

/** One kind of request. `{id}` in path, headers and body is the request's id; `{n}` a seeded whole number below 1000. */
export interface RequestTemplate {
  readonly route: string;
  /** `ordinary`, or what is special about it: `declined`, `slow`, `unknown`, … */
  readonly class: string;
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Relative share of the traffic. */
  readonly weight: number;
  /** Statuses that are right for it; an expected 4xx or 5xx is no error of the load. */
  readonly expect: readonly number[];
  /** The service marks a span ERROR, though it answers below 500: see estimate/fidelity/failure.ts. */
  readonly fails?: boolean;
  readonly parent?: RequestParent | undefined;
}

/** The request comes from a caller that is traced: each has a trace of its own. */
export interface RequestParent {
  /** The share of the callers that are sampled, by the trace id. */
  readonly sampled: number;
  /** Those pass the share on in the tracestate. */
  readonly threshold?: boolean;
}

/** From `atMs` into the measured window on, `share` of the requests to `route` are of `class`. */
export interface Incident {
  readonly atMs: number;
  readonly route: string;
  readonly class: string;
  readonly share: number;
}

export interface LoadTarget {
  readonly id: string;
  /** `http://127.0.0.1:PORT` */
  readonly origin: string;
}

/** An engine of others, and how many processes it sends from. */
export interface EngineJob {
  readonly name: "vegeta" | "locust";
  readonly workers: number;
}

export interface LoadJob {
  readonly driver: "open-loop" | "autocannon" | EngineJob["name"];
  /** Of an engine. */
  readonly workers?: number;
  readonly targets: readonly LoadTarget[];
  readonly requests: readonly RequestTemplate[];
  readonly incident?: Incident;
  readonly seed: number;
  /** Open loop: requests a second for each target. */
  readonly ratePerSecond: number;
  readonly arrivals: "uniform" | "poisson";
  /** Closed loop: connections a target. Open loop: the bound on connections a target. */
  readonly connections: number;
  /** Load before the window: in the open loop as fast as the slowest target answers, in the closed loop as in the window. */
  readonly warmupMs: number;
  /** Open loop: the warm-up ends sooner, when each target has been dealt so many requests and so much time is over. */
  readonly warmupLeast?: { readonly requests: number; readonly ms: number };
  /** In the open loop, the warm-up has the window's rate: the service is not ours alone. */
  readonly warmsUpAtRate?: boolean;
  readonly durationMs: number;
  /** A request that takes longer is counted as timed out. */
  readonly timeoutMs: number;
  /** The host beside those of loopback that may be loaded; others are refused. */
  readonly allowRemote?: string | undefined;
}

/** Columnar; one row for each request of the measured window. Times in µs since the window's start; NaN if it did not happen. */
export interface RequestTable {
  /** Index into these gives the row's template. */
  readonly templates: readonly Pick<RequestTemplate, "route" | "class" | "fails">[];
  readonly id: Float64Array;
  readonly template: Uint16Array;
  readonly intendedUs: Float64Array;
  readonly completedUs: Float64Array;
  /** From the intended send time (open loop), or from the send (closed loop). */
  readonly responseTimeUs: Float64Array;
  /** From the send. */
  readonly serviceTimeUs: Float64Array;
  /** 0 if there was no response. */
  readonly status: Uint16Array;
  /** 1 if the status was expected. */
  readonly expected: Uint8Array;
}

/** Compressed base64 HDR histogram of whole µs, `HISTF…`. */
export type HistogramText = string;

/** Answers that the scenario does not expect. */
export interface UnexpectedAnswers {
  readonly route: string;
  /** `404`, or why there was none: `no answer`. */
  readonly status: string;
  readonly count: number;
  /** Requests to the route. */
  readonly of: number;
}

/** One target's figures over the measured window. */
export interface LoadResult {
  readonly target: string;
  /** Requests the schedule asked for (closed loop: sent). Always completed + errors + timeouts + skipped + unfinished. */
  readonly intended: number;
  /** Those whose first byte was handed to a socket. */
  readonly sent: number;
  /** Any complete response, expected or not. */
  readonly completed: number;
  /** Sent before the window, and completed in it or in its draining: the closed loop does not pause before it. */
  readonly carriedOver: number;
  /** Of the completed: a 4xx or 5xx that was expected. */
  readonly expectedFailures: number;
  /** Of the completed: a status that was not expected. */
  readonly unexpected: number;
  /** Those by route and status, beside all completed of the route. */
  readonly unexpectedAnswers: readonly UnexpectedAnswers[];
  /** Connections refused, reset or closed: no complete response. */
  readonly errors: number;
  readonly timeouts: number;
  /** Never sent: still waiting for a free connection when draining ended. One that found a connection later than meant is not skipped; its wait is in its response time. */
  readonly skipped: number;
  /** Sent, and still without an answer when draining ended. */
  readonly unfinished: number;
  /** Actual length of the window: from its opening until its last request was dealt and its time was over. Draining is not in it. */
  readonly elapsedMs: number;
  /** From intended to sent; without the wait for a free connection, which is the service's doing. Closed loop: empty. */
  readonly latenessUs: HistogramText;
  /** From intended (closed loop: from sent) to completed. Completed requests only, as in the service time. */
  readonly responseTimeUs: HistogramText;
  /** From sent to completed. */
  readonly serviceTimeUs: HistogramText;
  /** On the wire, headers included, from the window's opening to the end of draining. Undefined if the engine does not count them. */
  readonly bytesReceived: number | undefined;
  /** Over the whole job, warm-up included: for the request ledger. What is neither completed nor unfinished broke off or timed out. */
  readonly lifetime: { readonly sent: number; readonly completed: number; readonly unfinished: number };
  readonly requests: RequestTable;
  /** Mean service time in ms of successive tenths of the window, for the drift check; 0 if nothing was completed. */
  readonly windowServiceMs: readonly number[];
}

/** Sent to the load process over its IPC channel (serialization: advanced). `open` lets a job go on that is warm. */
export type ToLoad = { readonly type: "run"; readonly job: LoadJob } | { readonly type: "open" };

/** Called while a job runs, at the moment of the event. */
export interface JobEvents {
  /** Warm, and no request is open: the window opens when this resolves. The closed loop has no such pause. */
  warm(): Promise<void>;
  windowOpen(): void;
  /** The last request of the window has ended. */
  windowClosed(): void;
}

/** Sent by the load process. `warm` is answered by `open`. `window-open` and `window-closed` frame the measured window as they happen; it is closed when the last of its requests has ended. */
export type FromLoad =
  | { readonly type: "ready" | "warm" | "window-open" | "window-closed" }
  | { readonly type: "done"; readonly results: readonly LoadResult[] }
  | { readonly type: "failed"; readonly message: string };
