import { readdirSync, readFileSync } from "node:fs";
import { cpus } from "node:os";

/** CPU time a process has used, over all its threads, in µs. */
export interface CpuTime {
  readonly totalUs: number;
  readonly userUs: number;
  readonly systemUs: number;
}

/** Linux's USER_HZ, in which /proc tells user and system time: 100 on every architecture Node runs on. */
const TICK_US = 10_000;

/**
 * CPU time from the kernel's accounting: the run time of every thread from schedstat (ns), and the
 * split into user and system from stat (ticks of 10 ms). Undefined where there is no such accounting
 * or the process is gone.
 */
export function cpuTimeOf(pid: number): CpuTime | undefined {
  try {
    let totalNs = 0;
    for (const thread of readdirSync(`/proc/${pid}/task`)) {
      totalNs += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "utf8").split(" ")[0]);
    }
    const fields = statFields(readFileSync(`/proc/${pid}/stat`, "utf8"));
    const [userTicks, systemTicks] = [Number(fields[11]), Number(fields[12])];
    return { totalUs: totalNs / 1000, userUs: userTicks * TICK_US, systemUs: systemTicks * TICK_US };
  } catch {
    return undefined;
  }
}

/** The fields of /proc/PID/stat after the command's name, which may itself hold spaces and parentheses. */
function statFields(stat: string): string[] {
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
}

/** The process and all its descendants. */
export function processTree(root: number): number[] {
  const children = new Map<number, number[]>();
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const parent = Number(statFields(readFileSync(`/proc/${name}/stat`, "utf8"))[1]);
      children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
    } catch {
      // it ended between the listing and the reading
    }
  }
  const tree = [root];
  for (const pid of tree) tree.push(...(children.get(pid) ?? []));
  return tree;
}

/** What the whole machine has spent, in µs of CPU, summed over cores. */
export interface MachineTime {
  readonly busyUs: number;
  /** Taken by the hypervisor for others. */
  readonly stealUs: number;
}

export function machineTime(): MachineTime {
  try {
    const line = readFileSync("/proc/stat", "utf8").split("\n", 1)[0]!;
    const [user, nice, system, , , irq, softirq, steal] = line.trim().split(/\s+/).slice(1).map(Number);
    return { busyUs: (user! + nice! + system! + irq! + softirq!) * TICK_US, stealUs: steal! * TICK_US };
  } catch {
    const busyMs = cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0);
    return { busyUs: busyMs * 1000, stealUs: 0 };
  }
}
