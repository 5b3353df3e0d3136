import { shuffled, seededRandom, deriveSeed } from "../../src/base/random.ts";
import type { Results } from "../../src/record/results.ts";
import type { Child } from "../../src/run/processes/child.ts";
import type { Pinning } from "../../src/run/processes/pinning.ts";
import type { Reference } from "./estimates.ts";
import type { Turn } from "./figures.ts";

export interface NamedRun {
  readonly name: string;
  readonly results: Pick<Results, "records" | "scenario">;
}

/** What the sections are told. */
export interface Context {
  /** Fires when measuring is to end before its time. */
  readonly signal: AbortSignal;
  /** The cores of what is loaded, and of what loads it; undefined where processes cannot be pinned. */
  readonly pinning: Pinning | undefined;
  readonly seed: number;
  /** A run whose share under load is told. */
  readonly run: NamedRun;
  /** What the reader must know of how it went, told once. */
  note(text: string): void;
}

/** One question about the harness, with the peers that it is held against. */
export interface Section {
  readonly name: string;
  readonly title: string;
  readonly about: string;
  /** What the reference of a row is called in the head of a column: `× floor`. */
  readonly against: string;
  readonly rounds: number;
  readonly reference: Reference;
  /** Takes the peers in turn, in a fresh order and in fresh processes each round. */
  measure(context: Context, rounds: number): AsyncGenerator<Turn, void>;
}

/** The numbers of the rounds, each with its peers in an order of its own. */
export function* inRounds<T>(
  rounds: number,
  peers: readonly T[],
  seed: number,
): Generator<{ readonly round: number; readonly order: readonly T[] }, void> {
  for (let round = 1; round <= rounds; round++)
    yield { round, order: shuffled(peers, seededRandom(deriveSeed(seed, "order", round))) };
}

/** Ends a process when measuring is interrupted, and at the end of the block that uses it. */
export function bound(child: Child, signal: AbortSignal): AsyncDisposable {
  const kill = (): void => void child.kill();
  if (signal.aborted) kill();
  signal.addEventListener("abort", kill, { once: true });
  return {
    async [Symbol.asyncDispose]() {
      signal.removeEventListener("abort", kill);
      await child.stop();
    },
  };
}

/** The next that a process says; rejects when it ends instead. */
export function nextMessage(child: Child, name: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    child.onMessage(resolve);
    void child.exited.then(({ how, stderrTail }) => reject(new Error(`${name} ${how}\n${stderrTail}`)));
  });
}
