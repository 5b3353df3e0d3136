import { processIds, readStat, type ProcessStat } from "../../base/process-identity.ts";
import { total } from "../../base/sum-of.ts";
import { isOfFamily } from "./family.ts";
import { programOf } from "./listeners.ts";

const TICKS_PER_MS = 0.1;
/** Of a core. */
const LEAST_SHARE = 0.05;
const MOST_NAMES = 3;

/** By process id. */
type Processes = ReadonlyMap<number, Pick<ProcessStat, "name" | "parent" | "startTicks" | "cpuTicks">>;

/** Which programs take CPU beside a trial: not this process, and not what it has started. */
export class OtherPrograms {
  readonly #from = readProcesses();
  readonly #fromMs = performance.now();

  /**
   * File names of those that took most CPU since the start, the busiest first, without the processes of the targets. One that
   * has ended, or that the kernel does not show here, is missing.
   */
  busiest(targets: readonly number[], most = MOST_NAMES): string[] {
    const own = [process.pid, ...targets];
    const pids = busiestSince(this.#from, readProcesses(), performance.now() - this.#fromMs, own);
    const others = pids.filter((pid) => !isOfFamily(pid));
    return [...new Set(others.map(programOf))].slice(0, most);
  }
}

/**
 * Of each program that took 5 % of a core or more in `ms`, the process that took most, the busiest program first. Without
 * `own` and their descendants.
 */
export function busiestSince(from: Processes, to: Processes, ms: number, own: readonly number[]): number[] {
  const isOwn = (pid: number): boolean => own.includes(pid) || (pid > 1 && isOwn(to.get(pid)?.parent ?? 0));
  const used = [...to].flatMap(([pid, { name, startTicks, cpuTicks }]) => {
    const before = from.get(pid);
    const ticks = cpuTicks - (before?.startTicks === startTicks ? before.cpuTicks : 0);
    return ticks > 0 && !isOwn(pid) ? [{ pid, name, ticks }] : [];
  });
  return [...Map.groupBy(used, ({ name }) => name).values()]
    .map((same) => ({
      pid: same.toSorted((a, b) => b.ticks - a.ticks)[0]!.pid,
      ticks: total(same, ({ ticks }) => ticks),
    }))
    .filter(({ ticks }) => ticks >= LEAST_SHARE * TICKS_PER_MS * ms)
    .toSorted((a, b) => b.ticks - a.ticks)
    .map(({ pid }) => pid);
}

/** Those that have not ended: the kernel no longer knows the program of one that has. None if it lists none. */
function readProcesses(): Processes {
  if (process.platform !== "linux") return new Map();
  const stats = processIds().map((pid) => [pid, readStat(pid)] as const);
  return new Map(stats.flatMap(([pid, stat]) => (stat === undefined || stat.state === "Z" ? [] : [[pid, stat]])));
}
