export interface SimulateOptions {
  readonly files: readonly string[];
  /** Canonical spec strings of samplers. */
  readonly samplers: readonly string[];
  /** How often each strategy is tried with new trace ids. Those that keep all or nothing are tried once. */
  readonly repeat: number;
  readonly seed: number;
  /** Traces arrive evenly at this rate, in recorded order; without it, at their recorded times. */
  readonly trafficPerSecond?: number | undefined;
  /** Spans held while their traces are put together. */
  readonly windowSpans: number;
  /** Relative file names in specs are relative to this folder. */
  readonly baseDir: string;
}
