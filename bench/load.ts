/**
 * How true the open-loop driver is: its lateness, its CPU, the evenness of what arrives, and whether every
 * request is accounted for, against a service that answers at once. Linux; two cores.
 *
 *     node bench/load.ts [--rate 600 --rate 2000] [--lanes 1] [--seconds 20] [--arrivals uniform|poisson]
 *
 * The service is pinned to core 0, the driver to core 1. A job at a higher rate goes before, since a run's load
 * process lives through all its trials: only in the first of them its code is not compiled yet.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import hdr from "hdr-histogram-js";
import { siblingModule } from "../src/base/sibling.ts";
import { loadProcessPath, type FromLoad, type LaneResult, type LoadJob } from "../src/load/index.ts";

const BIN_MS = 100;
const WARMUP_MS = 2000;
const RUN_IN = { ratePerSecond: 4000, warmupMs: 0, durationMs: 3000 };

/** What one run showed. */
export interface DriverFigures {
  readonly ratePerSecond: number;
  readonly lanes: number;
  readonly intended: number;
  readonly completed: number;
  readonly unaccounted: number;
  readonly lateP50Ms: number;
  readonly lateP99Ms: number;
  readonly lateMaxMs: number;
  readonly serviceP50Ms: number;
  readonly serviceP99Ms: number;
  /** Share of one core, all threads of the driver. */
  readonly driverCoreShare: number;
  /** Variance of the arrivals in bins of 100 ms over their mean: 0 for a perfect comb, 1 for Poisson. */
  readonly dispersion: number;
  readonly leastInBin: number;
  readonly mostInBin: number;
}

const { values } = parseArgs({
  options: {
    rate: { type: "string", multiple: true, default: ["600", "2000"] },
    lanes: { type: "string", default: "1" },
    seconds: { type: "string", default: "20" },
    arrivals: { type: "string", default: "uniform" },
  },
});

for (const rate of values.rate) {
  const figures = await measure({
    ratePerSecond: Number(rate),
    lanes: Number(values.lanes),
    durationMs: Number(values.seconds) * 1000,
    arrivals: values.arrivals === "poisson" ? "poisson" : "uniform",
  });
  console.log(JSON.stringify(figures));
}

async function measure(
  setting: Pick<LoadJob, "ratePerSecond" | "durationMs" | "arrivals"> & { lanes: number },
): Promise<DriverFigures> {
  const server = start("0", siblingModule(import.meta.url, "./load-server"));
  const driver = start("1", loadProcessPath);
  try {
    const [[port]] = (await Promise.all([once(server, "message"), once(driver, "message")])) as [[number], unknown];
    const origin = `http://127.0.0.1:${port}`;
    const job: LoadJob = {
      ...setting,
      driver: "open-loop",
      lanes: Array.from({ length: setting.lanes }, (_, index) => ({ id: `lane ${index}`, origin })),
      requests: [{ route: "/", class: "ordinary", method: "GET", path: "/{id}", weight: 1, expect: [200] }],
      seed: 1,
      connections: 16,
      warmupMs: WARMUP_MS,
      timeoutMs: 5000,
      keepRequests: true,
    };
    await drive(driver, { ...job, ...RUN_IN });
    server.send("report");
    await once(server, "message");
    const { lanes, driverCoreShare } = await drive(driver, job);
    server.send("report");
    const [arrivals] = (await once(server, "message")) as [Float64Array];
    return { ...figuresOf(job, lanes, arrivals), driverCoreShare };
  } finally {
    server.disconnect();
    driver.disconnect();
  }
}

function start(core: string, module: string): ChildProcess {
  return spawn("taskset", ["-c", core, process.execPath, module], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
    serialization: "advanced",
  });
}

async function drive(
  driver: ChildProcess,
  job: LoadJob,
): Promise<{ lanes: readonly LaneResult[]; driverCoreShare: number }> {
  const { promise, resolve, reject } = Promise.withResolvers<readonly LaneResult[]>();
  const marks: { atMs: number; cpuMs: number }[] = [];
  const listen = (message: FromLoad): void => {
    if (message.type === "window-open" || message.type === "window-closed")
      marks.push({ atMs: performance.now(), cpuMs: cpuMsOf(driver.pid!) });
    if (message.type === "done") resolve(message.lanes);
    if (message.type === "failed") reject(new Error(message.message));
  };
  driver.on("message", listen);
  driver.send({ type: "run", job });
  const lanes = await promise.finally(() => driver.off("message", listen));
  const [open, closed] = marks as [(typeof marks)[number], (typeof marks)[number]];
  return { lanes, driverCoreShare: (closed.cpuMs - open.cpuMs) / (closed.atMs - open.atMs) };
}

/** CPU of all living threads by the kernel's scheduler. */
function cpuMsOf(pid: number): number {
  const threads = readdirSync(`/proc/${pid}/task`);
  return threads.reduce((sum, id) => {
    const [onCpuNs] = readFileSync(`/proc/${pid}/task/${id}/schedstat`, "utf8").split(" ");
    return sum + Number(onCpuNs) / 1e6;
  }, 0);
}

function figuresOf(
  { ratePerSecond }: LoadJob,
  lanes: readonly LaneResult[],
  arrivals: Float64Array,
): Omit<DriverFigures, "driverCoreShare"> {
  const sum = (pick: (lane: LaneResult) => number): number => lanes.reduce((total, lane) => total + pick(lane), 0);
  const intended = sum((lane) => lane.intended);
  const completed = sum((lane) => lane.completed);
  const [late, service] = [mergedMs(lanes.map((lane) => lane.latenessUs)), mergedMs(lanes.map((l) => l.serviceTimeUs))];
  const bins = binsOf(arrivals.slice(-sum((lane) => lane.sent)));
  const mean = bins.reduce((a, b) => a + b, 0) / bins.length;
  return {
    ratePerSecond,
    lanes: lanes.length,
    intended,
    completed,
    unaccounted: Math.abs(sum((lane) => lane.lifetime.sent) - arrivals.length),
    lateP50Ms: late(50),
    lateP99Ms: late(99),
    lateMaxMs: late(100),
    serviceP50Ms: service(50),
    serviceP99Ms: service(99),
    dispersion: bins.reduce((a, count) => a + (count - mean) ** 2, 0) / bins.length / mean,
    leastInBin: Math.min(...bins),
    mostInBin: Math.max(...bins),
  };
}

function mergedMs(texts: readonly string[]): (percentile: number) => number {
  const [first, ...others] = texts.map((text) => hdr.decodeFromCompressedBase64(text));
  for (const other of others) first!.add(other);
  return (percentile) => first!.getValueAtPercentile(percentile) / 1000;
}

/** Whole bins only. */
function binsOf(arrivals: Float64Array): number[] {
  const startMs = arrivals[0]!;
  const bins = Array.from({ length: Math.floor((arrivals.at(-1)! - startMs) / BIN_MS) }, () => 0);
  for (const atMs of arrivals) {
    const bin = Math.floor((atMs - startMs) / BIN_MS);
    if (bin < bins.length) bins[bin]!++;
  }
  return bins;
}
