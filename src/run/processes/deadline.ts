import { formatDuration } from "../../base/units.ts";

/** A question to a process. */
export interface Asked {
  /** The process, for messages. */
  readonly who: string;
  readonly pid: number;
  readonly question: string;
}

/** How long a stage may take. */
interface Limit {
  readonly stage: string;
  readonly ms: number;
  readonly fix: string | undefined;
}

/** Processes did not answer in time. */
export class LateAnswers extends Error {
  readonly pids: readonly number[];

  constructor(message: string, late: readonly Asked[]) {
    super(message);
    this.pids = late.map(({ pid }) => pid);
  }
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
  #late: LateAnswers | undefined;

  constructor(allowanceMs: number) {
    this.#allowanceMs = this.#leftMs = allowanceMs;
  }

  /** Begins the next stage of a trial, which may be late by at most so much. `fix`: what to do if it is overloaded. */
  begin(
    stage: string,
    plannedMs: number,
    { mostLateMs = Infinity, fix }: { readonly mostLateMs?: number; readonly fix?: string | undefined } = {},
  ): void {
    const lateMs = Math.max(0, performance.now() - this.#plannedEndMs);
    const leftMs = Math.max(0, this.#leftMs - lateMs);
    this.end();
    this.#leftMs = leftMs;
    this.#plannedEndMs = performance.now() + plannedMs;
    const limit = { stage, ms: plannedMs + Math.round(Math.min(leftMs, mostLateMs)), fix };
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
  get late(): LateAnswers | undefined {
    return this.#late;
  }

  /** Resolves as `answer` does. Rejects with `LateAnswers` at the end of the stage's time, and after it. */
  async wait<T>(asked: Asked, answer: Promise<T>): Promise<T> {
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

function unanswered(late: readonly Asked[], { stage, ms, fix }: Limit): LateAnswers {
  const silent = [...Map.groupBy(late, ({ who }) => who)].map(([who, asked]) => {
    const questions = new Set(asked.map(({ question }) => `"${question}"`));
    return `${who} did not answer the harness's ${[...questions].join(", ")}`;
  });
  const why = `its event loop is blocked, or it is stopped or overloaded${fix === undefined ? "" : ` (${fix})`}`;
  const when = `within ${formatDuration(ms)} from the beginning of its ${stage}`;
  return new LateAnswers(`${silent.join(", and ")} ${when}: ${why}`, late);
}
