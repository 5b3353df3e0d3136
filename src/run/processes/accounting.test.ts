import assert from "node:assert/strict";
import { spawn, spawnSync, type ChildProcessWithoutNullStreams } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { after, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import {
  busyUsBetween,
  coresOf,
  cpuBetween,
  machineTimeIn,
  mainThreadsBetween,
  processTrees,
  readCpu,
  readCpuOfTrees,
  type CpuReading,
} from "./accounting.ts";

const LINUX = { skip: process.platform === "linux" ? false : "CPU of other processes is read from /proc" };
const PINNABLE = { skip: LINUX.skip || (spawnSync("taskset", ["-V"]).error ? "taskset is not installed" : false) };
const TICK_US = 10_000;
const NO_CHILDREN = { childUserUs: 0, childSystemUs: 0 };

/** A reading of one process or more: µs alive, and ticks of user time. */
function reading(...processes: readonly (readonly [pid: number, aliveUs: number, ticks: number])[]): CpuReading {
  return new Map(
    processes.map(
      ([pid, aliveUs, ticks]) =>
        [pid, { cores: [0], mainUs: 0, aliveUs, userUs: ticks * TICK_US, systemUs: 0, ...NO_CHILDREN }] as const,
    ),
  );
}

test("while no thread ends, CPU time is exact, whatever the ticks say", () => {
  assert.equal(cpuBetween(reading([1, 1000, 0]), reading([1, 13_500, 2]))!.totalUs, 12_500);
  assert.equal(cpuBetween(reading([1, 0, 0], [2, 0, 0]), reading([1, 1000, 2], [2, 500, 2]))!.totalUs, 1500);
});

test("if threads have ended, the ticks count, which remember them", () => {
  assert.equal(cpuBetween(reading([1, 500_000, 50]), reading([1, 100_000, 90]))!.totalUs, 400_000);
});

test("a process that idles adds no doubt: its ticks cannot be off", () => {
  const idle = [2, 70, 0] as const;
  assert.equal(cpuBetween(reading([1, 0, 0], idle), reading([1, 5000, 3], idle))!.totalUs, 30_000);
});

test("what children used that have ended comes on top, and is no doubt of the rest", () => {
  const parent = (aliveUs: number, ticks: number): CpuReading => {
    const [pid, own] = [...reading([1, aliveUs, 40])][0]!;
    return new Map([[pid, { ...own, childUserUs: ticks * TICK_US, childSystemUs: TICK_US }]]);
  };
  const withChild: CpuReading = new Map([...parent(400_000, 3), ...reading([2, 7000, 0])]);
  // the child had used 7 ms of its 10 before
  const after = parent(405_000, 4);
  assert.equal(cpuBetween(withChild, after)!.totalUs, 8000);
  assert.equal(mainThreadsBetween(withChild, after, [1]), 0);
  assert.equal(mainThreadsBetween(withChild, after, [1, 2]), undefined);
  assert.equal(mainThreadsBetween(withChild, after, []), undefined);
});

test("if one of two readings is missing, nothing is said", () => {
  assert.equal(cpuBetween(undefined, reading([1, 0, 0])), undefined);
  assert.equal(cpuBetween(reading([1, 0, 0]), undefined), undefined);
});

test("what the kernel reports of each core is kept apart; one that is switched off is missing", () => {
  const stat = (ticksOfCore3: number): string =>
    [
      "cpu  120 0 60 900 0 0 20 9 0 0",
      "cpu0 100 0 50 400 7 1 9 5 0 0",
      `cpu3 ${ticksOfCore3} 0 10 500 8 0 10 4 0 0`,
      "intr 5 0",
    ].join("\n");
  const [from, to] = [machineTimeIn(stat(20)), machineTimeIn(stat(50))];
  assert.deepEqual(from, {
    busyUs: new Map([
      [0, 1_600_000],
      [3, 400_000],
    ]),
    stealUs: 90_000,
  });
  assert.deepEqual([busyUsBetween(from, to), busyUsBetween(from, to, [0, 1])], [300_000, 0]);
});

test("the cores a process is pinned to are the kernel's word", PINNABLE, async () => {
  // not every core of a machine is there for this process
  const [core] = coresOf(readCpu([process.pid])!);
  const pinned = spawn("taskset", ["-c", String(core), "sleep", "10"]);
  after(() => pinned.kill());
  await once(pinned, "spawn");
  const whenPinned = async (): Promise<number[]> => {
    const cores = coresOf(readCpu([pinned.pid!])!);
    return cores.length === 1 ? cores : sleep(10).then(whenPinned);
  };
  assert.deepEqual(await whenPinned(), [core]);
});

/** A process that does one thing after the other, each on request, and then answers what it has used: its own getrusage, in µs. */
function burner(script: string): { pid: number; next: () => Promise<number> } {
  const program = `
    const { Worker } = require("node:worker_threads");
    const { spawn } = require("node:child_process");
    const { once } = require("node:events");
    const burning = "const end = process.cpuUsage().user + 150_000; while (process.cpuUsage().user < end);";
    const steps = ${script};
    require("node:readline").createInterface({ input: process.stdin }).on("line", async () => {
      await steps.shift()();
      const { user, system } = process.cpuUsage();
      console.log(user + system);
    });`;
  const child: ChildProcessWithoutNullStreams = spawn(process.execPath, ["-e", program]);
  after(() => child.kill());
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<number> => {
    child.stdin.write("\n");
    return Number((await answers.next()).value);
  };
  return { pid: child.pid!, next };
}

test("CPU of a thread that ends within the window is counted, as the process itself counts it", LINUX, async () => {
  const { pid, next } = burner(`[
    async () => {
      const started = "require('node:worker_threads').parentPort.once('message', () => {" + burning + "}).postMessage(0);";
      globalThis.worker = new Worker(burning + started, { eval: true });
      await once(worker, "message");
    },
    async () => {
      worker.postMessage(0);
      await once(worker, "exit");
    },
  ]`);
  const selfAtOpen = await next();
  const open = readCpu([pid]);
  const selfAtClose = await next();
  const closed = readCpu([pid]);
  const counted = cpuBetween(open, closed)!.totalUs;
  assert.ok(Math.abs(counted - (selfAtClose - selfAtOpen)) <= 3 * TICK_US, `${counted} of ${selfAtClose - selfAtOpen}`);
  // what schedstat alone says: the thread's earlier life is taken off
  assert.ok(closed!.get(pid)!.aliveUs < open!.get(pid)!.aliveUs);
});

test("CPU of a process that ends within the window is counted with its parent's", LINUX, async () => {
  const { pid, next } = burner(`[
    async () => {},
    async () => once(spawn(process.execPath, ["-e", burning]), "exit"),
  ]`);
  await next();
  const read = () => readCpuOfTrees(() => processTrees([pid]));
  const open = read();
  await next();
  const counted = cpuBetween(open, read())!.totalUs;
  assert.ok(counted >= 150_000 - 2 * TICK_US, String(counted));
});
