import { monitorEventLoopDelay, performance, PerformanceObserver, type PerformanceEntry } from "node:perf_hooks";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { Usage } from "../protocol.ts";

const LOOP_DELAY_RESOLUTION_MS = 20;

export interface Meters {
  /** Starts the window anew: loop delay, loop utilisation and GC count from here. */
  openWindow(): void;
  /** GC forced by `collectGarbage` is not counted. */
  read(collectGarbage: boolean): Omit<Usage, "burntUs">;
}

/** Watches this process for as long as it lives, without keeping it alive. */
export function startMeters(): Meters {
  const loopDelay = monitorEventLoopDelay({ resolution: LOOP_DELAY_RESOLUTION_MS });
  loopDelay.enable();
  let loopBase = performance.eventLoopUtilization();
  let gcMs = 0;
  let gcCount = 0;
  const count = (entries: readonly PerformanceEntry[]): void => {
    gcCount += entries.length;
    for (const entry of entries) gcMs += entry.duration;
  };
  const observer = new PerformanceObserver((list) => count(list.getEntries()));
  observer.observe({ entryTypes: ["gc"] });

  return {
    openWindow() {
      observer.takeRecords();
      [gcMs, gcCount] = [0, 0];
      loopDelay.reset();
      loopBase = performance.eventLoopUtilization();
    },
    read(collectGarbage) {
      count(observer.takeRecords());
      const cpu = process.cpuUsage();
      const window = { gcMs, gcCount, loopDelayMs: delays(loopDelay) };
      const loopUtilization = performance.eventLoopUtilization(loopBase).utilization;
      if (collectGarbage) {
        collector()();
        observer.takeRecords();
      }
      const { rss, heapUsed } = process.memoryUsage();
      return {
        cpuUserUs: cpu.user,
        cpuSystemUs: cpu.system,
        rssBytes: rss,
        heapUsedBytes: heapUsed,
        ...window,
        loopUtilization,
      };
    },
  };
}

/** Node measures the whole gap between two ticks of its timer; what is beyond the timer's own interval is delay. */
function delays(histogram: ReturnType<typeof monitorEventLoopDelay>): Usage["loopDelayMs"] {
  const beyond = (gapNs: number): number => Math.max(0, gapNs / 1e6 - LOOP_DELAY_RESOLUTION_MS);
  return {
    p50: beyond(histogram.percentile(50)),
    p99: beyond(histogram.percentile(99)),
    max: beyond(histogram.max),
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
