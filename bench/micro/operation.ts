/** What is timed. */
export interface Operation {
  /** Does it `times` times. */
  run(times: number): void;
  /** How often in one sample; 4,096 unless given. */
  readonly times?: number;
  /** Before and after each sample, outside of its time. */
  prepare?(times: number): void | Promise<void>;
  settle?(): void | Promise<void>;
  close?(): Promise<void>;
}

/** Makes an operation by its name, such as `span/child`. `folder` holds the files that the samplers' examples name. */
export type Parts = Readonly<Record<string, (folder: string) => Operation | Promise<Operation>>>;

/** Results go here, so that the compiler cannot remove the work. */
export const kept: { count: number; last: unknown } = { count: 0, last: undefined };

/** An operation that does `once` for each number from 0. */
export function repeated(once: (i: number) => unknown): Operation {
  let next = 0;
  return {
    run(times) {
      for (let i = 0; i < times; i++) kept.last = once(next++);
    },
  };
}
