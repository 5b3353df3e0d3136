import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { TargetLine } from "../target/control.ts";
import type { TargetProcesses } from "../target/target-processes.ts";
import { Meter } from "./meter.ts";

test("spans that several processes lost in the warm-up are added up, and those that they started in the window", async () => {
  const lineThatLost = (lostSpans: number): TargetLine => {
    let spansStarted = 0;
    return {
      ask: async ({ type }: { type: string }) => {
        await sleep(lostSpans);
        return type === "flush" ? { lostSpans, spansStarted: (spansStarted += 10) } : { usage: { heapUsedBytes: 1 } };
      },
    } as unknown as TargetLine;
  };
  const target = {
    lines: [lineThatLost(3), lineThatLost(5)],
    readCpu: () => undefined,
    readRssBytes: () => undefined,
    forgetEnded: () => undefined,
  } as unknown as TargetProcesses;
  const meter = new Meter({ target, driverPid: process.pid, sinkPid: process.pid });
  await meter.settle();
  meter.open();
  meter.drained();
  await meter.close();
  assert.deepEqual(meter.measured.settled, { flushed: true, lostSpans: 8, spansStarted: 20 });
  assert.equal(meter.measured.spansStarted, 20);
});
