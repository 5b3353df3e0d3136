import type { ConfigOf, Fields, Kind } from "../../base/registry.ts";

/** One process of a target: its name, and the peers that must be listening before it starts. */
export interface ServiceProcess {
  readonly service: string;
  readonly needs: readonly string[];
}

/** A request that a target answers. */
export interface RequestTemplate {
  readonly route: string;
  readonly class: string;
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly weight: number;
  readonly expect: readonly number[];
  readonly fails?: boolean;
  readonly parent?: { readonly sampled: number; readonly threshold?: boolean };
}

export interface TargetKind<F extends Fields = Fields> extends Kind<F> {
  /** What is instrumented in its processes unless the variant says otherwise; see `InstrumentationList`. */
  readonly instrumented: string;
  /** What runs its processes, if that is not Node. */
  readonly runtime?: string;
  /** In the order of starting; load goes to the last. */
  services(config: ConfigOf<F>): readonly ServiceProcess[];
  /** Its requests, with the usual weights. Empty: the scenario must give them. */
  readonly requests: readonly RequestTemplate[];
  /** Requests a second that one core takes from three variants, if it is not the usual rate. */
  usualRatePerSecond?(config: ConfigOf<F>): number;
  /** Starts the service in this process on 127.0.0.1 and a free port; returns its origin. Absent for `command:`. */
  serve?(config: ConfigOf<F>, context: ServeContext): Promise<RunningTarget>;
  /** The shell words that start a service which is not of this program. */
  command?(config: ConfigOf<F>, service: string): ServiceCommand;
  /** The origin of a service that runs already. */
  address?(config: ConfigOf<F>): string;
  /** Throws a `UserError` if what it needs is not installed. */
  check?(config: ConfigOf<F>): void;
}

// oxlint-disable-next-line typescript/no-explicit-any -- kinds of different fields share one list
export type AnyTarget = TargetKind<any>;

/** A service of the user's own, or in another language. Each peer's origin is in a variable such as ORDER_URL. */
export interface ServiceCommand {
  /** `{port}` stands for the port. */
  readonly command: string;
  /** For `none`: the same service without OpenTelemetry. Absent: `none` is the command with its SDK disabled. */
  readonly noneCommand?: string;
  readonly portEnv: string;
  /** True: it sets up OpenTelemetry itself and is configured by OTEL_* variables. False: it gets the preload. */
  readonly ownSdk: boolean;
  /** Its SDK reports metrics of itself, from which the ledger is made. */
  readonly sdkMetrics?: boolean;
  /** The kinds of exporter that its SDK has. Absent: unknown. */
  readonly exporters?: readonly string[];
  /** `service.name`. Absent: the service sets it. */
  readonly serviceName?: string;
  readonly readyWithinMs?: number;
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
