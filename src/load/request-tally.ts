/** Counts how every request to one target ended, and records the times of the measured ones. */
import { DurationHistogram } from "./histogram.ts";
import type { LoadResult, LoadJob } from "./job.ts";
import { RequestColumns } from "./request-columns.ts";
import { requestNames } from "./request-names.ts";

/** How a request ended; each ends in exactly one way. */
export type Outcome = "completed" | "error" | "timeout" | "skipped" | "unfinished";

/** A request and its times, in ms since the schedule's zero (open loop) or the start of the load (closed loop). NaN: did not happen. */
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

const OUTCOMES = { completed: 0, error: 0, timeout: 0, skipped: 0, unfinished: 0 };

export class RequestTally {
  readonly #job: LoadJob;
  readonly #openMs: number;
  readonly #lateness = new DurationHistogram();
  readonly #responseTime = new DurationHistogram();
  readonly #serviceTime = new DurationHistogram();
  readonly #requests = new RequestColumns();
  /** Sums and counts of service times in tenths of the window. */
  readonly #tenthSumsMs = new Float64Array(10);
  readonly #tenthCounts = new Uint32Array(10);
  readonly #window = { ...OUTCOMES, intended: 0, sent: 0, expectedFailures: 0, unexpected: 0 };
  readonly #lifetime = { ...OUTCOMES, sent: 0 };
  #carriedOver = 0;
  readonly #names: readonly string[];
  /** Completed, by name of the request, and those with an unexpected status by that. */
  readonly #routes = new Map<string, { completed: number; readonly unexpected: Map<number, number> }>();

  /** `openMs` is when the measured window opens. */
  constructor(job: LoadJob, openMs: number) {
    this.#job = job;
    this.#names = requestNames(job.requests);
    this.#openMs = openMs;
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
    this.#lateness.recordMs(lateMs);
  }

  /** Counts the end of a request. `serviceMs` counts from the send; both times are given for `completed` only. */
  end(attempt: Attempt, outcome: Outcome, completedMs = NaN, serviceMs = completedMs - attempt.sentMs): void {
    this.#lifetime[outcome]++;
    const completed = outcome === "completed";
    if (completed && !attempt.measured && this.#isUnderWayAtOpening(attempt, completedMs)) this.#carriedOver++;
    if (!attempt.measured) return;
    this.#window[outcome]++;
    if (completed) this.#complete(attempt, completedMs - attempt.intendedMs, serviceMs);
    this.#requests.add({
      id: attempt.id,
      template: attempt.template,
      intendedUs: (attempt.intendedMs - this.#openMs) * 1000,
      completedUs: (completedMs - this.#openMs) * 1000,
      responseTimeUs: (completedMs - attempt.intendedMs) * 1000,
      serviceTimeUs: serviceMs * 1000,
      status: completed ? attempt.status : 0,
      expected: completed && this.#isExpected(attempt) ? 1 : 0,
    });
  }

  /** Never in the open loop: its warm-up has a zero of its own, no earlier than the opening's, and has drained by then. */
  #isUnderWayAtOpening({ sentMs }: Attempt, completedMs: number): boolean {
    return sentMs < this.#openMs && completedMs >= this.#openMs;
  }

  #complete(attempt: Attempt, responseMs: number, serviceMs: number): void {
    this.#responseTime.recordMs(responseMs);
    this.#serviceTime.recordMs(serviceMs);
    const tenth = Math.floor((10 * (attempt.intendedMs - this.#openMs)) / this.#job.durationMs) || 0;
    const place = Math.min(9, Math.max(0, tenth));
    this.#tenthSumsMs[place]! += serviceMs;
    this.#tenthCounts[place]!++;
    const name = this.#names[attempt.template]!;
    const ofRoute = this.#routes.get(name) ?? { completed: 0, unexpected: new Map<number, number>() };
    this.#routes.set(name, ofRoute);
    ofRoute.completed++;
    if (!this.#isExpected(attempt)) {
      this.#window.unexpected++;
      ofRoute.unexpected.set(attempt.status, (ofRoute.unexpected.get(attempt.status) ?? 0) + 1);
    } else if (attempt.status >= 400) this.#window.expectedFailures++;
  }

  /** Derives the target's figures and frees the histograms. */
  close(target: string, elapsedMs: number, bytesReceived: number | undefined): LoadResult {
    const { completed, error, timeout, skipped, unfinished, ...counts } = this.#window;
    return {
      target,
      ...counts,
      completed,
      carriedOver: this.#carriedOver,
      unexpectedAnswers: [...this.#routes].flatMap(([route, { completed: of, unexpected }]) =>
        [...unexpected].map(([status, times]) => ({ route, status: String(status), count: times, of })),
      ),
      errors: error,
      timeouts: timeout,
      skipped,
      unfinished,
      elapsedMs,
      latenessUs: this.#lateness.close(),
      responseTimeUs: this.#responseTime.close(),
      serviceTimeUs: this.#serviceTime.close(),
      bytesReceived,
      lifetime: {
        sent: this.#lifetime.sent,
        completed: this.#lifetime.completed,
        unfinished: this.#lifetime.unfinished,
      },
      requests: this.#requests.table(this.#job.requests),
      windowServiceMs: Array.from(this.#tenthSumsMs, (sum, tenth) => sum / Math.max(1, this.#tenthCounts[tenth]!)),
    };
  }

  #isExpected({ template, status }: Attempt): boolean {
    return this.#job.requests[template]!.expect.includes(status);
  }
}
