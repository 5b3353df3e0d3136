/** What is done once or many times over, and timed. */
export interface Operation {
  /** `times` is a multiple of this; 1 unless said otherwise. */
  readonly multiple?: number;
  /** At most so many times in one run, where each time needs something of its own that a cache is to hold. Unlimited unless said. */
  readonly most?: number;
  /** Does it `times` times. The only thing that is timed. */
  run(times: number): void;
  /**
   * Whether the young generation is emptied before each run. For what makes much that lives until the run's end: a
   * collection within the run would have to copy it.
   */
  readonly emptied?: boolean;
  /** Before each run, and outside of its time: makes what the run uses up. */
  prepare?(times: number): void | Promise<void>;
  /** After each run, and outside of its time: lets go of what it used up and left behind. */
  settle?(): void | Promise<void>;
  /** At the end. */
  close?(): Promise<void>;
}

/** What an operation is made in. */
export interface PartContext {
  /** A folder for this run alone, which holds the files that the samplers' examples name. */
  readonly folder: string;
}

/** One part of tracing, measured alone in a process of its own. Packages are loaded inside `make`. */
export interface Part {
  /** Its variant's name: `sampler/ratio:0.1/root`. Unique. */
  readonly name: string;
  readonly about: string;
  make(context: PartContext): Promise<Operation>;
}

/** Where results of operations go, so that no compiler finds out that nobody needs them. */
export const kept: { count: number; last: unknown } = { count: 0, last: undefined };
