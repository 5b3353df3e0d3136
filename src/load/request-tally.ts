/** Counts how every request to one target ended, and keeps the times of the measured ones. */
import { histogramOf } from "./histogram.ts";
import type { LoadResult, LoadJob, RequestTable } from "./job.ts";
import { RequestColumns } from "./request-columns.ts";
import { requestNames } from "./request-names.ts";

/** How a request ended; each ends in exactly one way. */
export type Outcome = "completed" | "error" | "timeout" | "skipped" | "unfinished";

/** A request and its times, in ms of the driver's clock. NaN: did not happen. */
export interface Attempt {
  readonly id: number;
  /** Index of its template. */
  readonly template: number;
  /** Whether it belongs to the measured window. */
  readonly measured: boolean;
  readonly intendedMs: number;
  /** When its first byte was handed to the socket. */
  readonly sentMs: number;
  /** Status of the response; 0 if there was none. */
  readonly status: number;
}

const OUTCOMES = { completed: 0, error: 0, timeout: 0, skipped: 0, unfinished: 0, sent: 0 };

export class RequestTally {
  readonly #job: Pick<LoadJob, "requests" | "durationMs">;
  readonly #latenessUs: number[] = [];
  readonly #requests = new RequestColumns();
  readonly #window = { ...OUTCOMES, intended: 0 };
  readonly #lifetime = { ...OUTCOMES };

  constructor(job: Pick<LoadJob, "requests" | "durationMs">) {
    this.#job = job;
  }

  /** A request has come into being: from here on it owes an `end`. */
  intend(measured: boolean): void {
    if (measured) this.#window.intended++;
  }

  sent(measured: boolean): void {
    this.#lifetime.sent++;
    if (measured) this.#window.sent++;
  }

  /** How late the driver was with one measured request. */
  lateness(lateMs: number): void {
    this.#latenessUs.push(lateMs * 1000);
  }

  /** Counts the end of a request. `completedMs` is given for `completed` only. */
  end(attempt: Attempt, outcome: Outcome, completedMs = NaN): void {
    this.#lifetime[outcome]++;
    if (!attempt.measured) return;
    this.#window[outcome]++;
    this.#requests.add(attempt, completedMs);
  }

  /** Derives the target's figures. `openMs` is when the measured window opened. */
  close(target: string, elapsedMs: number, bytesReceived: number | undefined, openMs = 0): LoadResult {
    const { error, timeout, ...counts } = this.#window;
    const { sent, completed, unfinished } = this.#lifetime;
    const requests = this.#requests.table(this.#job.requests, openMs);
    const { status, expected } = requests;
    const unexpectedAnswers = unexpectedIn(requests, requestNames(this.#job.requests));
    return {
      target,
      ...counts,
      expectedFailures: status.filter((one, row) => one >= 400 && expected[row] === 1).length,
      unexpected: unexpectedAnswers.reduce((sum, { count }) => sum + count, 0),
      unexpectedAnswers,
      errors: error,
      timeouts: timeout,
      elapsedMs,
      latenessUs: histogramOf(this.#latenessUs),
      responseTimeUs: histogramOf(requests.responseTimeUs),
      serviceTimeUs: histogramOf(requests.serviceTimeUs),
      bytesReceived,
      lifetime: { sent, completed, unfinished },
      requests,
      windowServiceMs: tenthsOf(requests, this.#job.durationMs),
    };
  }
}

/** By name of the request and status, beside all completed of that name. */
function unexpectedIn({ template, status, expected }: RequestTable, names: readonly string[]) {
  const rows = [...template.keys()].filter((row) => status[row]! > 0);
  return [...Map.groupBy(rows, (row) => names[template[row]!]!)].flatMap(([route, own]) => {
    const wrong = Map.groupBy(
      own.filter((row) => expected[row] === 0),
      (row) => String(status[row]),
    );
    return [...wrong].map(([status, { length: count }]) => ({ route, status, count, of: own.length }));
  });
}

/** Mean service time in ms by tenth of the window. */
function tenthsOf({ intendedUs, serviceTimeUs }: RequestTable, durationMs: number): number[] {
  const tenths = Array.from({ length: 10 }, () => ({ sumUs: 0, count: 0 }));
  serviceTimeUs.forEach((us, row) => {
    if (Number.isNaN(us)) return;
    const tenth = tenths[Math.min(9, Math.max(0, Math.floor(intendedUs[row]! / (100 * durationMs)) || 0))]!;
    tenth.sumUs += us;
    tenth.count++;
  });
  return tenths.map(({ sumUs, count }) => sumUs / 1000 / Math.max(1, count));
}
