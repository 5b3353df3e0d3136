import { readStat } from "../../base/process-identity.ts";
import { formatDuration } from "../../base/units.ts";

/** A question to a process. */
export interface Asked {
  /** The process, for messages. */
  readonly who: string;
  readonly pid: number;
  readonly question: string;
}

interface Stage {
  readonly stage: string;
  readonly limitMs: number;
}

/** Processes did not answer in time. */
export class LateAnswers extends Error {
  readonly pids: readonly number[];

  constructor(late: readonly Asked[], { stage, limitMs }: Stage) {
    const parts = late.map(({ who, pid, question }) => {
      const isStopped = readStat(pid)?.state === "T";
      return `${who} did not answer the harness's "${question}"${isStopped ? " (it is stopped)" : ""}`;
    });
    super(`${parts.join(", and ")} within ${formatDuration(limitMs)} of the ${stage}`);
    this.pids = late.map(({ pid }) => pid);
  }
}

/**
 * The time limit of a trial: each stage of it may take as long as planned, and `allowanceMs`. All questions to its
 * processes share it, since limits of their own would add up. Without a stage there is no limit.
 */
export class Deadline {
  readonly #allowanceMs: number;
  readonly #waiting = new Map<Asked, (error: Error) => void>();
  #timer: NodeJS.Timeout | undefined;
  #passed: Stage | undefined;
  #late: LateAnswers | undefined;

  constructor(allowanceMs: number) {
    this.#allowanceMs = allowanceMs;
  }

  /** Begins the next stage of a trial. */
  begin(stage: string, plannedMs: number): void {
    this.end();
    const limitMs = plannedMs + this.#allowanceMs;
    this.#timer = setTimeout(() => this.#pass({ stage, limitMs }), limitMs);
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#passed = this.#late = undefined;
  }

  /** Why the stage failed, if it took too long. */
  get late(): LateAnswers | undefined {
    return this.#late;
  }

  /** Resolves as `answer` does. Rejects with `LateAnswers` at the end of the stage's time, and after it. */
  async wait<T>(asked: Asked, answer: Promise<T>): Promise<T> {
    const { promise: late, reject } = Promise.withResolvers<never>();
    this.#waiting.set(asked, reject);
    if (this.#passed !== undefined) reject((this.#late ??= new LateAnswers([asked], this.#passed)));
    return Promise.race([late, answer]).finally(() => this.#waiting.delete(asked));
  }

  #pass(stage: Stage): void {
    this.#passed = stage;
    // if nothing is asked, the next question is late
    if (this.#waiting.size === 0) return;
    this.#late = new LateAnswers([...this.#waiting.keys()], stage);
    for (const reject of this.#waiting.values()) reject(this.#late);
  }
}
