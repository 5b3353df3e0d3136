import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { TargetLine } from "../target/control.ts";
import type { TargetProcesses } from "../target/target-processes.ts";
import { Meter } from "./meter.ts";

test("counts of several processes are added up at each flush, and requests are those of the service that the load goes to", async () => {
  const lineOf = (service: string, lostSpans: number): TargetLine => {
    let flushes = 0;
    return {
      hello: { service },
      ask: async ({ type }: { type: string }) => {
        await sleep(lostSpans);
        if (type !== "flush") return { usage: { heapUsedBytes: 1 } };
        flushes++;
        return { lostSpans, pendingSpans: 1, spansStarted: 10 * flushes, requestsStarted: 2 * flushes };
      },
    } as unknown as TargetLine;
  };
  const target = {
    lines: [lineOf("payment", 3), lineOf("shop", 5)],
    readCpu: () => undefined,
    readRssBytes: () => undefined,
    forgetEnded: () => undefined,
  } as unknown as TargetProcesses;
  const meter = new Meter({ target, service: "shop", windowMs: 1000, driverPid: process.pid, sinkPid: process.pid });
  await meter.settle();
  meter.open();
  meter.drained();
  await meter.close();
  const before = { isInTime: true, lostSpans: 8, pendingSpans: 2, spansStarted: 20, requestsStarted: 2 };
  assert.deepEqual(meter.measured.settled, before);
  assert.deepEqual(meter.measured.flush, { ...before, spansStarted: 40, requestsStarted: 4 });
});
