/** The open loop by an engine of others: it gets the requests of the schedule, and its answers are counted as the driver's own. */
import { setTimeout as sleep } from "node:timers/promises";
import type { JobEvents, LoadJob, LoadResult } from "../job.ts";
import { requestMix, type RenderedRequest } from "../mix.ts";
import type { Attempt, RequestTally } from "../request-tally.ts";
import { schedule, type Arrival } from "../schedule.ts";
import { warmLoad } from "../drivers/warm-load.ts";

/** A request as an engine sends it. Its place in the list is its number. */
export interface EngineRequest {
  readonly arrival: Arrival;
  readonly template: number;
  readonly origin: string;
  readonly rendered: RenderedRequest;
}

/** How it ended. */
export interface EngineAnswer {
  /** Of the request. */
  readonly number: number;
  /** Since a moment that is the same for all answers of a job. */
  readonly sentMs: number;
  readonly tookMs: number;
  /** 0 without a complete response. */
  readonly status: number;
  readonly end: "completed" | "error" | "timeout";
  /** False if it had no connection. */
  readonly wasSent: boolean;
}

/** An engine that waits for its start. */
export interface ReadyEngine {
  /** Resolves when all requests have ended. */
  run(): Promise<void>;
  answers(): Promise<readonly EngineAnswer[]>;
  /** Ends its processes. */
  stop(): Promise<void>;
}

export type Engine = (job: LoadJob, requests: readonly EngineRequest[]) => Promise<ReadyEngine>;

const READING_MS = 200;

/** Warms up by the driver of Spantoll, and leaves the window to the engine. */
export async function runEngine(job: LoadJob, events: JobEvents, start: Engine): Promise<LoadResult[]> {
  const requests = requestsOf(job);
  const ready = await start(job, requests);
  try {
    const startMs = performance.now();
    const load = await warmLoad(job, () => performance.now() - startMs);
    // the engine has its own connections
    await load.stop();
    await events.warm();
    events.windowOpen();
    await ready.run();
    events.windowClosed();
    const answers = await ready.answers();
    const lastMs = countAnswers(
      requests,
      answers,
      load.parts.map(({ tally }) => tally),
    );
    return load.parts.map(({ id, tally }) => tally.close(id, Math.max(job.durationMs, lastMs), undefined));
  } finally {
    // its CPU is read in the meantime
    await sleep(READING_MS);
    await ready.stop();
  }
}

/** All that the schedule asks for, as the open loop would send it. */
function requestsOf({
  requests,
  seed,
  incident,
  targets,
  ratePerSecond,
  arrivals,
  durationMs,
}: LoadJob): EngineRequest[] {
  const mix = requestMix(requests, seed, incident);
  const steps = schedule({ seed, ratePerSecond, arrivals, durationMs, targets: targets.length });
  return [...steps].flatMap((arrival) => {
    if (arrival.type !== "arrival") return [];
    const template = mix.choose(arrival.id, arrival.slotMs);
    return { arrival, template, origin: targets[arrival.target]!.origin, rendered: mix.render(template, arrival.id) };
  });
}

/**
 * Counts every request of the schedule; returns when the last was sent, in ms since the window's opening. The window opens
 * when the most punctual request is due: the engine's clock has its own zero.
 */
export function countAnswers(
  requests: readonly EngineRequest[],
  answers: readonly EngineAnswer[],
  tallies: readonly Pick<RequestTally, "intend" | "sent" | "lateness" | "end">[],
): number {
  const zeroMs = answers.reduce(
    (least, { number, sentMs }) => Math.min(least, sentMs - requests[number]!.arrival.dueMs),
    Infinity,
  );
  const byNumber = new Map(answers.map((answer) => [answer.number, answer]));
  let lastMs = 0;
  for (const [number, { arrival, template }] of requests.entries()) {
    const tally = tallies[arrival.target]!;
    const answer = byNumber.get(number);
    tally.intend(true);
    const attempt: Attempt = {
      id: arrival.id,
      template,
      measured: true,
      intendedMs: arrival.dueMs,
      sentMs: NaN,
      status: 0,
    };
    if (answer === undefined) {
      tally.end(attempt, "skipped");
      continue;
    }
    const sentMs = answer.sentMs - zeroMs;
    lastMs = Math.max(lastMs, sentMs);
    tally.lateness(sentMs - arrival.dueMs);
    if (answer.wasSent) tally.sent(true);
    const endMs = answer.end === "completed" ? sentMs + answer.tookMs : NaN;
    tally.end({ ...attempt, sentMs, status: answer.status }, answer.end, endMs);
  }
  return lastMs;
}

/** Names and values of `RenderedRequest`, each name once. A compressed body would change the service's work. */
export function headersOf({ headers }: RenderedRequest): Record<string, string> {
  const pairs = Array.from(
    { length: headers.length / 2 },
    (_, at) => [headers[2 * at]!, headers[2 * at + 1]!] as const,
  );
  const asked = Object.fromEntries(pairs);
  const names = pairs.map(([name]) => name.toLowerCase());
  return {
    ...asked,
    ...(!names.includes("accept-encoding") && { "Accept-Encoding": "identity" }),
    ...(!names.includes("user-agent") && { "User-Agent": "" }),
  };
}
