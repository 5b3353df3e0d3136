import {
  constants,
  monitorEventLoopDelay,
  performance,
  PerformanceObserver,
  type PerformanceEntry,
} from "node:perf_hooks";
import { setImmediate as turnOfTheLoop } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { Usage } from "../protocol.ts";

const LOOP_DELAY_RESOLUTION_MS = 20;

export interface Meters {
  /** Starts the window anew: loop delay, loop utilisation and GC count from here. */
  openWindow(): void;
  /** GC forced by `collectGarbage` is not counted. */
  read(collectGarbage: boolean): Promise<Omit<Usage, "burntUs">>;
}

/** Meters of this process, which they do not keep alive. */
export function startMeters(): Meters {
  const loopDelay = monitorEventLoopDelay({ resolution: LOOP_DELAY_RESOLUTION_MS });
  loopDelay.enable();
  let loopBase = performance.eventLoopUtilization();
  let openedAt = 0;
  let gcMs = 0;
  let gcCount = 0;
  const count = (entries: readonly PerformanceEntry[]): void => {
    for (const entry of entries) {
      if (entry.startTime < openedAt || wasForced(entry)) continue;
      gcCount++;
      gcMs += entry.duration;
    }
  };
  const observer = new PerformanceObserver((list) => count(list.getEntries()));
  observer.observe({ entryTypes: ["gc"] });

  return {
    openWindow() {
      openedAt = performance.now();
      [gcMs, gcCount] = [0, 0];
      loopDelay.reset();
      loopBase = performance.eventLoopUtilization();
    },
    async read(collectGarbage) {
      const cpu = process.cpuUsage();
      const loopDelayMs = delays(loopDelay);
      const loopUtilization = performance.eventLoopUtilization(loopBase).utilization;
      // Node reports a collection at the next turn of the event loop.
      await turnOfTheLoop();
      count(observer.takeRecords());
      if (collectGarbage) collector()();
      const { rss, heapUsed } = process.memoryUsage();
      return {
        cpuUserUs: cpu.user,
        cpuSystemUs: cpu.system,
        rssBytes: rss,
        heapUsedBytes: heapUsed,
        gcMs,
        gcCount,
        loopDelayMs,
        loopUtilization,
      };
    },
  };
}

function wasForced(entry: PerformanceEntry): boolean {
  const { detail } = entry as PerformanceEntry & { readonly detail: { readonly flags: number } };
  return (detail.flags & constants.NODE_PERFORMANCE_GC_FLAGS_FORCED) !== 0;
}

/** Node measures the gap between two ticks of its timer; what exceeds the timer's interval is delay. */
function delays(histogram: ReturnType<typeof monitorEventLoopDelay>): Usage["loopDelayMs"] {
  const excess = (gapNs: number): number => Math.max(0, gapNs / 1e6 - LOOP_DELAY_RESOLUTION_MS);
  return {
    p50: excess(histogram.percentile(50)),
    p99: excess(histogram.percentile(99)),
    max: excess(histogram.max),
  };
}

let exposed: (() => void) | undefined;

/** The garbage collector of a process that was not started with --expose-gc. */
function collector(): () => void {
  if (exposed === undefined) {
    setFlagsFromString("--expose-gc");
    exposed = runInNewContext("gc") as () => void;
  }
  return exposed;
}
