/** What a service that sets up OpenTelemetry itself has done so far, as seen from inside a process of Node or Python. */
export interface SdkFacts {
  /** Fields below that say nothing of Python are false, or empty. */
  readonly isPython?: boolean;
  /** Of Python: when it was still running, ms since 1970. */
  readonly atMs?: number;
  /** Of Python: whether a server of ASGI is loaded, such as uvicorn. */
  readonly isAsgi?: boolean;
  readonly pid: number;
  /** Packages of OpenTelemetry that were loaded. */
  readonly packages: readonly string[];
  /** OTEL_* variables, also those that the service has set itself. */
  readonly env: Readonly<Record<string, string>>;
  /** When a tracer provider was registered, ms since 1970; and its class. */
  readonly providerAtMs?: number;
  readonly provider?: string;
  /** When the process began to listen, ms since 1970. */
  readonly listenedAtMs?: number;
  /** Whether another process of the service has a tracer provider. */
  readonly isSetUpElsewhere?: boolean;
  /** Whether it has been asked a request; false also if its Node is too old to say so. */
  readonly isServing: boolean;
  /** Its sampler's own description. */
  readonly sampler?: string;
  /** Undefined if they cannot be seen. */
  readonly processors?: readonly {
    readonly name: string;
    readonly delayMs?: number;
    readonly batch?: number;
    readonly queue?: number;
    readonly exporter?: string;
    readonly endpoint?: string;
  }[];
  /** Packages, and http if nothing asked for it again, that were loaded before the first instrumentation could watch. */
  readonly early: readonly string[];
  readonly isEsm: boolean;
  /** Whether anything watches for ES modules. */
  readonly hasLoader: boolean;
  /** Whether it has ended by itself, has ever listened to a signal, or can be asked to end by a message. */
  readonly isEndedGently: boolean;
  /** What the API and the SDK say of their own faults. */
  readonly messages: readonly string[];
}

/** The variable with the folder for `PID-THREAD.json`, one file a thread. */
export const FACTS_FOLDER = "SPANTOLL_FACTS";
