import { formatDuration } from "../../base/units.ts";

/** A question to a process. */
interface Asked {
  readonly who: string;
  readonly question: string;
}

/** How long a stage may take. */
interface Limit {
  readonly stage: string;
  readonly ms: number;
  readonly fix?: string | undefined;
}

/**
 * The time limit of a trial: each stage of it may take as long as planned, and what earlier stages have left of
 * `allowanceMs`. All questions to its processes share it, since limits of their own would add up. Without a stage there
 * is no limit.
 */
export class Deadline {
  readonly #allowanceMs: number;
  readonly #waiting = new Map<Asked, (error: Error) => void>();
  #timer: NodeJS.Timeout | undefined;
  /** Until when the stage goes by plan. */
  #plannedEndMs = Infinity;
  #leftMs: number;
  #passed: Limit | undefined;
  #late: Error | undefined;

  constructor(allowanceMs: number) {
    this.#allowanceMs = this.#leftMs = allowanceMs;
  }

  /** Begins the next stage of a trial. `fix`: what to do if it is overloaded. */
  begin(stage: string, plannedMs: number, fix?: string): void {
    const lateMs = Math.max(0, performance.now() - this.#plannedEndMs);
    const leftMs = Math.max(0, this.#leftMs - lateMs);
    this.end();
    this.#leftMs = leftMs;
    this.#plannedEndMs = performance.now() + plannedMs;
    const limit = { stage, ms: plannedMs + Math.round(leftMs), fix };
    this.#timer = setTimeout(() => this.#pass(limit), limit.ms);
  }

  /** Ends the trial. */
  end(): void {
    clearTimeout(this.#timer);
    this.#passed = this.#late = undefined;
    this.#leftMs = this.#allowanceMs;
    this.#plannedEndMs = Infinity;
  }

  /** Why the stage failed, if it took too long. */
  get late(): Error | undefined {
    return this.#late;
  }

  /** Resolves as `answer` does. Rejects with `late` at the end of the stage's time, and after it. `who`: the process, for messages. */
  async wait<T>(who: string, question: string, answer: Promise<T>): Promise<T> {
    const asked = { who, question };
    const { promise: late, reject } = Promise.withResolvers<never>();
    this.#waiting.set(asked, reject);
    if (this.#passed !== undefined) this.#late ??= unanswered([asked], this.#passed);
    if (this.#late !== undefined) reject(this.#late);
    return Promise.race([late, answer]).finally(() => this.#waiting.delete(asked));
  }

  #pass(limit: Limit): void {
    this.#passed = limit;
    // if nothing is asked, the next question is late
    if (this.#waiting.size === 0) return;
    this.#late = unanswered([...this.#waiting.keys()], limit);
    for (const reject of this.#waiting.values()) reject(this.#late);
  }
}

function unanswered(late: readonly Asked[], { stage, ms, fix }: Limit): Error {
  const silent = [...Map.groupBy(late, ({ who }) => who)].map(([who, asked]) => {
    const questions = new Set(asked.map(({ question }) => `"${question}"`));
    return `${who} did not answer the harness's ${[...questions].join(", ")}`;
  });
  const why = `its event loop is blocked, or it is stopped or overloaded${fix === undefined ? "" : ` (${fix})`}`;
  const when = `within ${formatDuration(ms)} from the beginning of its ${stage}`;
  return new Error(`${silent.join(", and ")} ${when}: ${why}`);
}
