/** Sends on the schedule, whatever the service does: a slow answer delays no other request. */
import { systemClock, type Clock } from "../../base/clock.ts";
import type { JobEvents, LoadResult, LoadJob } from "../job.ts";
import { keepPace, threadMetronome, type Metronome } from "../metronome.ts";
import { schedule, type SchedulePlan, type Step } from "../schedule.ts";
import { warmLoad } from "./warm-load.ts";

/** Where the time comes from; tests give their own. */
export interface Timing {
  readonly clock: Pick<Clock, "monotonicMs">;
  readonly metronome: (plan: SchedulePlan) => Promise<Metronome>;
}

const realTiming: Timing = { clock: systemClock, metronome: threadMetronome };

export async function runOpenLoop(
  job: LoadJob,
  events: JobEvents,
  { clock, metronome: makeMetronome }: Timing = realTiming,
): Promise<LoadResult[]> {
  const plan: SchedulePlan = { ...pick(job), targets: job.targets.length };
  const metronome = await makeMetronome(plan);
  let startMs = clock.monotonicMs();
  const nowMs = (): number => clock.monotonicMs() - startMs;
  try {
    const load = await warmLoad(job, nowMs);
    let bytesAtOpen: readonly number[] = [];
    const take = (step: Step): void => {
      if (step.type === "arrival") return load.parts[step.target]!.target.deal(step);
      if (step.type === "window-end") return;
      bytesAtOpen = load.parts.map(({ connections }) => connections.bytesReceived);
      events.windowOpen();
    };
    try {
      await events.warm();
      startMs = metronome.start();
      await keepPace(schedule(plan), nowMs, () => metronome.tick(), take);
      const elapsedMs = nowMs();
      await load.drain();
      events.windowClosed();
      return load.parts.map(({ id, tally, connections }, at) =>
        tally.close(id, elapsedMs, connections.bytesReceived - bytesAtOpen[at]!),
      );
    } finally {
      await load.stop();
    }
  } finally {
    await metronome.stop();
  }
}

function pick({ seed, ratePerSecond, arrivals, durationMs }: LoadJob): Omit<SchedulePlan, "targets"> {
  return { seed, ratePerSecond, arrivals, durationMs };
}
