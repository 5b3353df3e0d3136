import { readStat } from "../../base/process-identity.ts";
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
}

/** Processes did not answer in time. */
export class LateAnswers extends Error {
  readonly pids: readonly number[];

  constructor(message: string, late: readonly Asked[]) {
    super(message);
    this.pids = late.map(({ pid }) => pid);
  }
}

/** A process that is stopped answers no more: its trial need not wait for the slow ones' limit. */
const STOPPED_MS = 5000;

/**
 * The time limit of a trial: each stage of it may take as long as planned, and `allowanceMs`. All questions to its
 * processes share it, since limits of their own would add up. Without a stage there is no limit.
 */
export class Deadline {
  readonly #allowanceMs: number;
  readonly #waiting = new Map<Asked, (error: Error) => void>();
  /** By their pid, the last question to each process. */
  readonly #asked = new Map<number, Asked>();
  #timers: readonly NodeJS.Timeout[] = [];
  #passed: Limit | undefined;
  #late: LateAnswers | undefined;

  constructor(allowanceMs: number) {
    this.#allowanceMs = allowanceMs;
  }

  /** Begins the next stage of a trial. */
  begin(stage: string, plannedMs: number): void {
    this.#clear();
    const whole = { stage, ms: plannedMs + this.#allowanceMs };
    const ofStopped = { stage, ms: plannedMs + Math.min(STOPPED_MS, this.#allowanceMs / 2) };
    this.#timers = [
      setTimeout(() => this.#endIfStopped(ofStopped), ofStopped.ms),
      setTimeout(() => this.#pass(whole), whole.ms),
    ];
  }

  /** Ends the trial. */
  end(): void {
    this.#clear();
    this.#asked.clear();
  }

  /** Why the stage failed, if it took too long. */
  get late(): LateAnswers | undefined {
    return this.#late;
  }

  /** Resolves as `answer` does. Rejects with `LateAnswers` at the end of the stage's time, and after it. */
  async wait<T>(asked: Asked, answer: Promise<T>): Promise<T> {
    const { promise: late, reject } = Promise.withResolvers<never>();
    this.#waiting.set(asked, reject);
    this.#asked.set(asked.pid, asked);
    if (this.#passed !== undefined) this.#late ??= unanswered([asked], this.#passed);
    if (this.#late !== undefined) reject(this.#late);
    return Promise.race([late, answer]).finally(() => this.#waiting.delete(asked));
  }

  #clear(): void {
    this.#timers.forEach((timer) => clearTimeout(timer));
    this.#passed = this.#late = undefined;
  }

  #endIfStopped(limit: Limit): void {
    const stopped = [...this.#asked.values()].filter(({ pid }) => readStat(pid)?.state === "T");
    const who = stopped.map((one) => one.who).join(" and ");
    if (stopped.length > 0) this.#fail(new LateAnswers(`${who} did not go on ${within(limit)}: stopped`, stopped));
  }

  #pass(limit: Limit): void {
    this.#passed = limit;
    // if nothing is asked, the next question is late
    if (this.#waiting.size > 0) this.#fail(unanswered([...this.#waiting.keys()], limit));
  }

  #fail(late: LateAnswers): void {
    this.#late = late;
    for (const reject of this.#waiting.values()) reject(late);
  }
}

function unanswered(late: readonly Asked[], limit: Limit): LateAnswers {
  const silent = [...Map.groupBy(late, ({ who }) => who)].map(([who, asked]) => {
    const questions = new Set(asked.map(({ question }) => `"${question}"`));
    return `${who} did not answer the harness's ${[...questions].join(", ")}`;
  });
  const why = "its event loop is blocked, or it is stopped or overloaded";
  return new LateAnswers(`${silent.join(", and ")} ${within(limit)}: ${why}`, late);
}

function within({ stage, ms }: Limit): string {
  return `within ${formatDuration(ms)} from the beginning of its ${stage}`;
}
