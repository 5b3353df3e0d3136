import type { ConfigOf, Fields, Kind } from "../../base/registry.ts";

/** One process of a target: its name, and the peers that must be listening before it starts. */
export interface ServiceProcess {
  readonly service: string;
  readonly needs: readonly string[];
}

/** Libraries whose instrumentation the preload can register. */
export type Library = "http" | "fastify" | "express";

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
}

export interface TargetKind<F extends Fields = Fields> extends Kind<F> {
  /** The libraries instrumented in its processes, unless the variant is `none`. */
  readonly instrumented: readonly Library[];
  /** In the order of starting; load goes to the last. */
  services(config: ConfigOf<F>): readonly ServiceProcess[];
  /** Its requests, with the usual weights. Empty: the scenario must give them. */
  readonly requests: readonly RequestTemplate[];
  /** Starts the service in this process on 127.0.0.1 and a free port; returns its origin. Absent for `command:`. */
  serve?(config: ConfigOf<F>, context: ServeContext): Promise<RunningTarget>;
  /** For `command:`: the shell words to run. */
  command?(config: ConfigOf<F>): ServiceCommand;
}

// oxlint-disable-next-line typescript/no-explicit-any -- kinds of different fields share one list
export type AnyTarget = TargetKind<any>;

/** A service of the user's own. */
export interface ServiceCommand {
  /** `{port}` stands for the port. */
  readonly command: string;
  readonly portEnv: string;
  /** True: it sets up OpenTelemetry itself and is configured by OTEL_* variables. False: it gets the preload. */
  readonly ownSdk: boolean;
  /** Runs the service without tracing, for `none`. */
  readonly noneCommand?: string;
  readonly readyWithinMs: number;
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
