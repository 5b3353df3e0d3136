/** Sends on the schedule, whatever the service does: a slow answer delays no other request. */
import { systemClock, type Clock } from "../../base/clock.ts";
import type { LoadResult, LoadJob } from "../job.ts";
import { threadMetronome } from "../metronome.ts";
import { requestMix } from "../mix.ts";
import { keepPace, type Metronome } from "../metronome.ts";
import { schedule, type SchedulePlan, type Step } from "../schedule.ts";
import { RequestTally } from "../request-tally.ts";
import { Connections } from "./connections.ts";
import type { JobEvents } from "../job.ts";
import { TargetLoad } from "./target-load.ts";
import { drain, runIn, type TargetLoads } from "./run-in.ts";

/** How often it is looked for requests beyond their time-out, as a share of it and in ms. */
const SWEEP = { share: 0.05, leastMs: 5, mostMs: 50 };

/** Where the time comes from; tests give their own. */
export interface Timing {
  readonly clock: Pick<Clock, "monotonicMs">;
  readonly metronome: (plan: SchedulePlan) => Promise<Metronome>;
}

const realTiming: Timing = { clock: systemClock, metronome: threadMetronome };

interface TargetParts {
  readonly id: string;
  readonly target: TargetLoad;
  readonly tally: RequestTally;
  readonly connections: Connections;
  /** Bytes that had come in when the window opened. */
  bytesAtOpen: number;
}

export async function runOpenLoop(
  job: LoadJob,
  events: JobEvents,
  { clock, metronome: makeMetronome }: Timing = realTiming,
): Promise<LoadResult[]> {
  const plan: SchedulePlan = { ...pick(job), targets: job.targets.length };
  const metronome = await makeMetronome(plan);
  let startMs = clock.monotonicMs();
  const nowMs = (): number => clock.monotonicMs() - startMs;
  let end: PromiseWithResolvers<void> | undefined;
  const onEnd = (): void => {
    end?.resolve();
    end = undefined;
  };
  const parts = await openTargets(job, nowMs, onEnd);
  const targets = parts.map(({ target }) => target);
  const open: TargetLoads = { targets, nowMs, nextEnd: () => (end ??= Promise.withResolvers<void>()).promise };
  const sweepMs = Math.min(SWEEP.mostMs, Math.max(SWEEP.leastMs, SWEEP.share * job.timeoutMs));
  const sweeper = setInterval(() => parts.forEach(({ target }) => target.expire()), sweepMs);
  const take = (step: Step): void => {
    if (step.type === "arrival") return parts[step.target]!.target.deal(step);
    if (step.type === "window-end") return;
    for (const part of parts) part.bytesAtOpen = part.connections.bytesReceived;
    events.windowOpen();
  };
  const drainMs = job.timeoutMs + 2 * sweepMs;
  try {
    await runIn(open, job.warmupMs);
    await drain(open, drainMs);
    for (const target of targets) target.abandon();
    await events.warm();
    startMs = metronome.start();
    await keepPace(schedule(plan), nowMs, () => metronome.tick(), take);
    const elapsedMs = nowMs();
    await drain(open, drainMs);
    for (const target of targets) target.abandon();
    events.windowClosed();
    return parts.map(({ id, tally, connections, bytesAtOpen }) =>
      tally.close(id, elapsedMs, connections.bytesReceived - bytesAtOpen),
    );
  } finally {
    clearInterval(sweeper);
    await Promise.all([metronome.stop(), ...parts.map(({ connections }) => connections.destroy())]);
  }
}

function pick({ seed, ratePerSecond, arrivals, durationMs }: LoadJob): Omit<SchedulePlan, "targets"> {
  return { seed, ratePerSecond, arrivals, durationMs };
}

function openTargets(job: LoadJob, nowMs: () => number, onEnd: () => void): Promise<TargetParts[]> {
  const mix = requestMix(job.requests, job.seed, job.incident);
  const { timeoutMs, connections: count } = job;
  return Promise.all(
    job.targets.map(async ({ id, origin }) => {
      const connections = await Connections.open({ origin, count, connectTimeoutMs: timeoutMs });
      const tally = new RequestTally(job, 0);
      const target = new TargetLoad({ connections, tally, mix, timeoutMs, nowMs, onEnd });
      return { id, target, tally, connections, bytesAtOpen: 0 };
    }),
  );
}
