import assert from "node:assert/strict";
import { test } from "node:test";
import { readStat } from "../../base/process-identity.ts";
import { busiestSince, OtherPrograms } from "./other-programs.ts";

type Processes = Parameters<typeof busiestSince>[0];

/** Each as `[pid, name, parent, ticks]`. */
const processes = (...all: [number, string, number, number, string?][]): Processes =>
  new Map(all.map(([pid, name, parent, cpuTicks, startTicks = "1"]) => [pid, { name, parent, cpuTicks, startTicks }]));

test("the busiest programs come first, without this process and what it has started", () => {
  const before = processes([1, "init", 0, 0], [10, "run", 1, 50], [20, "chrome", 1, 500], [30, "idle", 1, 900]);
  const after = processes(
    [1, "init", 0, 1],
    [10, "run", 1, 150],
    [11, "driver", 10, 100],
    [12, "worker", 11, 100],
    [20, "chrome", 1, 520],
    [21, "tsc", 20, 15],
    [22, "tsc", 20, 16],
    [30, "idle", 1, 904],
  );
  // 1 s: 5 ticks are 5 % of a core
  assert.deepEqual(busiestSince(before, after, 1000, 10), [22, 20]);
});

test("a process that has the number of one that ended counts from its own start", () => {
  const [before, after] = [processes([20, "old", 1, 500]), processes([20, "new", 1, 400, "2"])];
  assert.deepEqual(busiestSince(before, after, 1000, 10), [20]);
});

test("the kernel's figure for this process grows with its work", { skip: process.platform !== "linux" }, () => {
  const others = new OtherPrograms();
  const from = readStat(process.pid)!.cpuTicks;
  const until = process.cpuUsage().user + 100_000;
  while (process.cpuUsage().user < until);
  assert.ok(readStat(process.pid)!.cpuTicks - from >= 5);
  assert.ok(Array.isArray(others.busiest()));
});
