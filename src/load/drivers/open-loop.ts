/** Sends on the schedule, whatever the service does: a slow answer delays no other request. */
import { systemClock, type Clock } from "../../base/clock.ts";
import { withinTime } from "../deadline.ts";
import type { LaneResult, LoadJob } from "../job.ts";
import { threadMetronome } from "../metronome.ts";
import { requestMix } from "../mix.ts";
import { keepPace, type Metronome } from "../pace.ts";
import { schedule, type SchedulePlan, type Step } from "../schedule.ts";
import { LaneTally } from "../tally.ts";
import { Connections } from "./connections.ts";
import type { JobEvents } from "./driver.ts";
import { OpenLane } from "./lane.ts";

/** How often it is looked for requests beyond their time-out, as a share of it and in ms. */
const SWEEP = { share: 0.05, leastMs: 5, mostMs: 50 };

/** Where the time comes from; tests give their own. */
export interface Timing {
  readonly clock: Pick<Clock, "monotonicMs">;
  readonly metronome: (plan: SchedulePlan) => Promise<Metronome>;
}

const realTiming: Timing = { clock: systemClock, metronome: threadMetronome };

interface LaneParts {
  readonly id: string;
  readonly lane: OpenLane;
  readonly tally: LaneTally;
  readonly connections: Connections;
  /** Bytes that had come in when the window opened. */
  bytesAtOpen: number;
}

export async function runOpenLoop(
  job: LoadJob,
  events: JobEvents,
  { clock, metronome: makeMetronome }: Timing = realTiming,
): Promise<LaneResult[]> {
  const plan: SchedulePlan = { ...pick(job), lanes: job.lanes.length };
  const metronome = await makeMetronome(plan);
  let startMs = 0;
  const nowMs = (): number => clock.monotonicMs() - startMs;
  const drained = Promise.withResolvers<void>();
  let ending = false;
  const onIdle = (): void => {
    if (ending && parts.every(({ lane }) => lane.isIdle)) drained.resolve();
  };
  const parts = await openLanes(job, nowMs, onIdle);
  const sweepMs = Math.min(SWEEP.mostMs, Math.max(SWEEP.leastMs, SWEEP.share * job.timeoutMs));
  const sweeper = setInterval(() => parts.forEach(({ lane }) => lane.expire()), sweepMs);
  const take = (step: Step): void => {
    if (step.type === "arrival") return parts[step.lane]!.lane.deal(step);
    if (step.type === "window-end") return;
    for (const part of parts) part.bytesAtOpen = part.connections.bytesReceived;
    events.windowOpen();
  };
  try {
    startMs = metronome.start();
    events.warming();
    await keepPace(schedule(plan), nowMs, () => metronome.tick(), take);
    const elapsedMs = nowMs() - job.warmupMs;
    ending = true;
    onIdle();
    await withinTime(drained.promise, job.timeoutMs + 2 * sweepMs);
    for (const { lane } of parts) lane.abandon();
    events.windowClosed();
    return parts.map(({ id, tally, connections, bytesAtOpen }) =>
      tally.close(id, elapsedMs, connections.bytesReceived - bytesAtOpen),
    );
  } finally {
    clearInterval(sweeper);
    await Promise.all([metronome.stop(), ...parts.map(({ connections }) => connections.destroy())]);
  }
}

function pick({ seed, ratePerSecond, arrivals, warmupMs, durationMs }: LoadJob): Omit<SchedulePlan, "lanes"> {
  return { seed, ratePerSecond, arrivals, warmupMs, durationMs };
}

function openLanes(job: LoadJob, nowMs: () => number, onIdle: () => void): Promise<LaneParts[]> {
  const mix = requestMix(job.requests, job.seed, job.incident);
  const { timeoutMs, warmupMs: openMs, connections: count } = job;
  return Promise.all(
    job.lanes.map(async ({ id, origin }) => {
      const connections = await Connections.open({ origin, count, connectTimeoutMs: timeoutMs });
      const tally = new LaneTally(job, openMs);
      const lane = new OpenLane({ connections, tally, mix, timeoutMs, openMs, nowMs, onIdle });
      return { id, lane, tally, connections, bytesAtOpen: 0 };
    }),
  );
}
