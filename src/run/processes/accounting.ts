import { total } from "../../base/sum-of.ts";
import { readdirSync, readFileSync } from "node:fs";
import { cpus } from "node:os";
import { processIds, processText, readStat } from "../../base/process-identity.ts";
import { allowedCores, coresIn } from "./pinning.ts";

/** What the kernel says of the CPU time of some processes, by their id, totals since they began. */
export type CpuReading = ReadonlyMap<number, ProcessTime>;

interface ProcessTime {
  /** On which it may run. */
  readonly cores: readonly number[];
  /** Of the threads that are alive, from schedstat: exact to the ns, and blind to threads that have ended. */
  readonly aliveUs: number;
  /** Of the main thread. */
  readonly mainUs: number;
  /** Of all threads, those that have ended too, from stat: in ticks. */
  readonly userUs: number;
  readonly systemUs: number;
  /** Of its children that have ended and were waited for, in ticks; 0 unless trees are read. */
  readonly childUserUs: number;
  readonly childSystemUs: number;
}

/** CPU time used between two readings. */
export interface CpuUse {
  readonly totalUs: number;
  readonly userUs: number;
  readonly systemUs: number;
}

/** Linux's USER_HZ, in which /proc gives user and system time: 100 on every architecture Node runs on. */
const TICK_US = 10_000;
const TRIES = 5;

/** Undefined if there is no such accounting, or one of the processes is gone. */
export function readCpu(pids: readonly number[]): CpuReading | undefined {
  return readAll(pids, false);
}

/**
 * The same of whole trees of processes, as they are now; those that have ended are in the figures of the parent that waited
 * for them, so that the total never falls.
 */
export function readCpuOfTrees(pids: () => readonly number[]): CpuReading | undefined {
  for (let tries = 0; tries < TRIES; tries++) {
    const reading = readAll(pids(), true);
    // one that ended in mid-reading may be in no figure, or in its parent's by now
    if (reading !== undefined) return reading;
  }
  return undefined;
}

/**
 * Exact, from schedstat, unless threads have ended in between: then what they used would be missing, and what they had
 * used before would even be taken off. It shows by the two counts differing more than their ticks allow, and then the
 * count in ticks is taken, which is at most two ticks off for each process that did anything. What a process that has
 * ended used is in its parent's ticks for children, and comes on top: two ticks off at most for each such parent.
 */
export function cpuBetween(from: CpuReading | undefined, to: CpuReading | undefined): CpuUse | undefined {
  if (from === undefined || to === undefined) return undefined;
  const between = (pick: (time: ProcessTime) => number): number =>
    total(to.values(), pick) - total(from.values(), pick);
  const aliveUs = between((time) => time.aliveUs);
  const ownUs = between((time) => time.userUs + time.systemUs);
  const childrenUs = between((time) => time.childUserUs + time.childSystemUs);
  const moved = [...new Set([...from.keys(), ...to.keys()])].filter(
    (pid) => from.get(pid)?.aliveUs !== to.get(pid)?.aliveUs,
  );
  const ended = ownUs - aliveUs > 2 * TICK_US * moved.length;
  return {
    totalUs: (ended ? ownUs : aliveUs) + childrenUs,
    userUs: between((time) => time.userUs + time.childUserUs),
    systemUs: between((time) => time.systemUs + time.childSystemUs),
  };
}

/** What the main threads of these processes used, µs. Undefined if there is none, or a reading lacks one of them. */
export function mainThreadsBetween(
  from: CpuReading | undefined,
  to: CpuReading | undefined,
  pids: readonly number[],
): number | undefined {
  const used = pids.flatMap((pid) => {
    const [before, after] = [from?.get(pid), to?.get(pid)];
    return before && after ? [after.mainUs - before.mainUs] : [];
  });
  return used.length > 0 && used.length === pids.length ? total(used, (us) => us) : undefined;
}

/** The cores that any of the processes may run on. */
export function coresOf(reading: CpuReading): number[] {
  return [...new Set([...reading.values()].flatMap(({ cores }) => cores))];
}

function readAll(pids: readonly number[], withChildren: boolean): CpuReading | undefined {
  // none that could be read
  if (pids.length === 0) return undefined;
  try {
    return new Map(pids.map((pid) => [pid, readOne(pid, withChildren)]));
  } catch {
    return undefined;
  }
}

function readOne(pid: number, withChildren: boolean): ProcessTime {
  const threads = readdirSync(`/proc/${pid}/task`).map((thread) => [thread, runNs(pid, thread)] as const);
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  // the command's name may itself hold spaces and parentheses
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [userUs, systemUs, childUserUs, childSystemUs] = fields.slice(11, 15).map((ticks) => Number(ticks) * TICK_US);
  return {
    cores: coresIn(allowedCores(pid)!),
    aliveUs: total(threads, ([, ns]) => ns) / 1000,
    mainUs: total(threads, ([thread, ns]) => (thread === String(pid) ? ns : 0)) / 1000,
    userUs: userUs!,
    systemUs: systemUs!,
    childUserUs: withChildren ? childUserUs! : 0,
    childSystemUs: withChildren ? childSystemUs! : 0,
  };
}

/** 0 if it ended between the listing and the reading. */
function runNs(pid: number, thread: string): number {
  return Number(processText(pid, `task/${thread}/schedstat`)?.split(" ")[0] ?? 0);
}

/** µs that V8's own threads for profiling have used. */
export function profilerUs(pids: readonly number[]): number {
  return total(pids, (pid) => total(profilerThreads(pid), (thread) => runNs(pid, thread) / 1000));
}

/** V8's own threads for profiling, by their names; none if the kernel does not list threads. */
function profilerThreads(pid: number): string[] {
  try {
    const threads = readdirSync(`/proc/${pid}/task`);
    return threads.filter((thread) => processText(pid, `task/${thread}/comm`)?.startsWith("v8:Prof"));
  } catch {
    return [];
  }
}

/** The processes and all their descendants, each once. */
export function processTrees(roots: readonly number[]): number[] {
  const children = Map.groupBy(processIds(), (pid) => readStat(pid)?.parent);
  const trees = new Set(roots);
  for (const pid of trees) for (const child of children.get(pid) ?? []) trees.add(child);
  return [...trees];
}

/** Resident memory of the processes together, in bytes. Undefined if the kernel does not report it, or one is gone. */
export function readRssBytes(pids: readonly number[]): number | undefined {
  return statusBytes(pids, "VmRSS");
}

/** What the whole machine has spent, in µs of CPU. */
export interface MachineTime {
  /** By core. */
  readonly busyUs: ReadonlyMap<number, number>;
  /** Taken by the hypervisor for others, summed over cores. */
  readonly stealUs: number;
}

export function machineTime(): MachineTime {
  try {
    return machineTimeIn(readFileSync("/proc/stat", "utf8"));
  } catch {
    const busyMs = cpus().map(({ times: { user, nice, sys, irq } }) => user + nice + sys + irq);
    return { busyUs: new Map(busyMs.map((ms, core) => [core, ms * 1000])), stealUs: 0 };
  }
}

/** From the text of /proc/stat. Cores that are switched off have no line in it. */
export function machineTimeIn(stat: string): MachineTime {
  const cores = [...stat.matchAll(/^cpu(\d+) (.+)$/gm)].map(([, core, times]) => {
    const [user, nice, system, , , irq, softirq, steal] = times!.split(" ").map(Number);
    return { core: Number(core), busy: user! + nice! + system! + irq! + softirq!, steal: steal! };
  });
  return {
    busyUs: new Map(cores.map(({ core, busy }) => [core, busy * TICK_US])),
    stealUs: total(cores, ({ steal }) => steal * TICK_US),
  };
}

/** What all that ran on these cores took of them between two readings. */
export function busyUsBetween(from: MachineTime, to: MachineTime, cores: Iterable<number> = to.busyUs.keys()): number {
  return total(cores, (core) => (to.busyUs.get(core) ?? 0) - (from.busyUs.get(core) ?? 0));
}

/** Most resident memory that the processes ever had, added up, in bytes; undefined as above. */
export function readPeakRssBytes(pids: readonly number[]): number | undefined {
  return statusBytes(pids, "VmHWM");
}

function statusBytes(pids: readonly number[], field: "VmRSS" | "VmHWM"): number | undefined {
  try {
    const line = new RegExp(String.raw`^${field}:\s+(\d+) kB$`, "m");
    const kilobytes = pids.map((pid) => line.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]);
    return total(kilobytes, (own) => Number(own ?? 0) * 1024);
  } catch {
    return undefined;
  }
}
