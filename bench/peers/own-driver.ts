import { decodeHistogram, quantile } from "../../src/estimate/statistics/histogram.ts";
import type { LoadResult, LoadJob } from "../../src/load/job.ts";
import { LoadProcess } from "../../src/run/processes/load-process.ts";
import type { Driver, LoadTask } from "./driver.ts";
import { bound } from "./section.ts";

const JOB = {
  requests: [{ route: "/", class: "ordinary", method: "GET", path: "/{id}", weight: 1, expect: [200] }],
  timeoutMs: 5000,
  keepRequests: false,
} as const;
/** In a run the load process lives through all trials: in none but the first its pacing is still uncompiled. */
const RUN_IN = { ratePerSecond: 4000, warmupMs: 0, durationMs: 1000 };

/** The load process as a trial starts it: open loop where there is a rate, else autocannon. */
export const ownDriver: Driver = {
  name: "spantoll",
  async run(task, edges, { pinning, signal, seed }) {
    const load = new LoadProcess(pinning?.others);
    load.ready.catch(() => undefined);
    await using _ = bound(load.child, signal);
    await load.ready;
    const job = jobOf(task, seed);
    const silent = { warm: async () => undefined, opened: () => undefined, closed: () => undefined };
    const runIn = job.driver === "open-loop" ? await load.run({ ...job, ...RUN_IN }, silent) : [];
    const lanes = await load.run(job, {
      ...silent,
      opened: () => edges.opened(load.child.pid),
      closed: () => edges.closed(load.child.pid),
    });
    const lane = lanes[0]!;
    return {
      requests: [...runIn, lane].reduce((sum, { lifetime }) => sum + lifetime.sent, 0),
      ...quantilesMs(lane.responseTimeUs),
      overMs: task.windowMs,
      late: quantilesMs(lane.latenessUs),
    };
  },
};

function jobOf({ origin, connections, ratePerSecond, arrivals, warmupMs, windowMs }: LoadTask, seed: number): LoadJob {
  return {
    ...JOB,
    driver: ratePerSecond === undefined ? "autocannon" : "open-loop",
    targets: [{ id: "peers", origin }],
    arrivals: arrivals ?? "uniform",
    ratePerSecond: ratePerSecond ?? 1,
    seed,
    connections,
    warmupMs,
    durationMs: windowMs,
  };
}

function quantilesMs(text: LoadResult["latenessUs"]): { p50Ms: number; p99Ms: number } {
  const histogram = decodeHistogram(text);
  return { p50Ms: quantile(histogram, 0.5) / 1000, p99Ms: quantile(histogram, 0.99) / 1000 };
}
