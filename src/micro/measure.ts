import { Bench, type Task } from "tinybench";
import { median } from "../base/median.ts";
import type { Operation } from "./part.ts";

/** How long a part is measured, in ms of CPU. */
export interface Effort {
  readonly warmupMs: number;
  readonly timeMs: number;
}

/** What one process found. */
export interface Figures {
  /** CPU per operation: the median of the samples, most of which hold no garbage collection. */
  readonly nsPerOp: number;
  /** The median of the yardstick, a sample of it after every one of the operation. */
  readonly yardstickNs: number;
  readonly samples: number;
  readonly opsPerSample: number;
}

/**
 * One sample takes about this long, and less where an operation can be done only so often at once. Hundreds of times
 * what the clock can tell apart, and so short that the young generation holds what it allocates.
 */
const SAMPLE_MS = 0.25;
const LEAST_OF_A_SAMPLE = 0.7;
/** Also of what takes ms at once, as a batch to the console: the median of 8 of these varied by 5 %, of 32 by 1 %. */
const FEWEST_SAMPLES = 32;
const YARDSTICK = { warmupMs: 20, sampleMs: 0.25 };

/** CPU of all threads of this process, in ms: what phase `cost` counts as well, and it stands still while others run. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/**
 * Times an operation by tinybench, many of it to a sample, with the yardstick in between: what slows both down, such
 * as a busy neighbour or a lower frequency, is not in their ratio.
 */
export async function measure(operation: Operation, yardstick: Operation, effort: Effort): Promise<Figures> {
  const { times: yardstickOps } = await warmUp(yardstick, YARDSTICK.warmupMs, YARDSTICK.sampleMs);
  const { times: opsPerSample, quickestMs } = await warmUp(operation, effort.warmupMs, SAMPLE_MS);
  const yardstickMs: number[] = [];
  const bench = new Bench({
    timestampProvider: { name: "cpu", fn: cpuMs, fromMs: (ms) => ms, toMs: Number },
    time: effort.timeMs * Math.min(1, quickestMs / SAMPLE_MS),
    iterations: FEWEST_SAMPLES,
    warmup: false,
    throws: true,
  });
  bench.add("operation", () => operation.run(opsPerSample), {
    async: false,
    beforeEach: () => {
      if (operation.emptied) globalThis.gc?.({ type: "minor" });
      return operation.prepare?.(opsPerSample);
    },
    afterEach: async () => {
      await operation.settle?.();
      yardstickMs.push(timed(yardstick, yardstickOps));
    },
  });
  const [task] = await bench.run();
  await operation.close?.();
  return figuresOf(task!.result, opsPerSample, (median(yardstickMs)! * 1e6) / yardstickOps);
}

/** So many operations, which took so long where nothing came between. */
interface Sample {
  readonly times: number;
  readonly quickestMs: number;
}

/**
 * Warms the operation up, and finds how many of it take about `sampleMs`, and no less than 0.7 of that, unless that is
 * more than it can do at once: a power of two times its multiple, so that processes run, and V8 compiles, the same
 * numbers in the same order.
 */
async function warmUp(operation: Operation, warmupMs: number, sampleMs: number): Promise<Sample> {
  const { multiple = 1, most = Infinity } = operation;
  const once = async (times: number): Promise<number> => {
    await operation.prepare?.(times);
    const tookMs = timed(operation, times);
    await operation.settle?.();
    return tookMs;
  };
  const untilMs = cpuMs() + warmupMs;
  let times = multiple;
  let quickestMs = Infinity;
  for (let quick = 0, isLong = false; !isLong || cpuMs() < untilMs;) {
    const tookMs = await once(times);
    quickestMs = Math.min(quickestMs, tookMs);
    isLong = tookMs >= LEAST_OF_A_SAMPLE * sampleMs || 2 * times > most;
    quick = isLong ? 0 : quick + 1;
    if (quick < 2) continue;
    times *= 2;
    [quick, quickestMs] = [0, Infinity];
  }
  return { times, quickestMs };
}

function timed(operation: Operation, times: number): number {
  const startMs = cpuMs();
  operation.run(times);
  return cpuMs() - startMs;
}

function figuresOf(result: Task["result"], opsPerSample: number, yardstickNs: number): Figures {
  if (result.state !== "completed") throw new Error(`the measuring ${result.state}`);
  const { latency } = result;
  const nsPerOp = (ms: number): number => (ms * 1e6) / opsPerSample;
  return {
    nsPerOp: nsPerOp(latency.p50),
    yardstickNs,
    samples: latency.samplesCount,
    opsPerSample,
  };
}
