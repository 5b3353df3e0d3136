import { existsSync, readdirSync, readFileSync } from "node:fs";

/** A process; `startTicks` distinguishes it from a later one with the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly startTicks?: string | undefined;
}

/** The identity of a process by its pid. Undefined if there is none. */
export function identityOf(pid: number): ProcessIdentity | undefined {
  const stat = readStat(pid);
  // 22nd field of proc(5)'s stat; a zombie has ended
  if (stat !== undefined) return stat.state === "Z" ? undefined : { pid, startTicks: stat.startTicks };
  if (process.platform === "linux") return undefined;
  try {
    process.kill(pid, 0);
    return { pid };
  } catch {
    return undefined;
  }
}

/** Whether this very process is still there. */
export function isAlive({ pid, startTicks }: ProcessIdentity): boolean {
  const now = identityOf(pid);
  return now !== undefined && now.startTicks === startTicks;
}

/** All processes that the kernel lists; none if it lists none in /proc. */
export function processIds(): number[] {
  if (!existsSync("/proc")) return [];
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

export interface ProcessStat {
  readonly name: string;
  readonly state: string;
  readonly parent: number;
  readonly group: number;
  readonly startTicks: string;
  /** Of all its threads, in user and kernel mode. */
  readonly cpuTicks: number;
}

/** What the kernel says of a process. Undefined if it says nothing. */
export function readStat(pid: number): ProcessStat | undefined {
  const text = processText(pid, "stat");
  if (text === undefined) return undefined;
  const [nameStart, nameEnd] = [text.indexOf("(") + 1, text.lastIndexOf(")")];
  const fields = text.slice(nameEnd + 2).split(" ");
  return {
    name: text.slice(nameStart, nameEnd),
    state: fields[0]!,
    parent: Number(fields[1]),
    group: Number(fields[2]),
    startTicks: fields[19]!,
    cpuTicks: Number(fields[11]) + Number(fields[12]),
  };
}

/** A file of a process in /proc. Undefined if it has ended, belongs to another user, or the kernel has no such file. */
export function processText(pid: number, file: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return undefined;
  }
}
