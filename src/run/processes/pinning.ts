import { processText } from "../../base/process-identity.ts";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { cpus, setPriority } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { execaSync } from "execa";

/** The first allowed core is the target's; driver, sink and harness share the others. */
export interface Pinning {
  readonly target: string;
  readonly others: string;
  /** Until the window the services use all: loading and compiling take seconds of CPU. */
  readonly all: string;
}

/** Undefined, with the reason, if processes cannot be pinned. */
export function findPinning(): { readonly pinning: Pinning | undefined; readonly reason: string } {
  if (process.platform !== "linux") return { pinning: undefined, reason: "pinning needs Linux" };
  if (cpus().length < 2) return { pinning: undefined, reason: "there is one core only" };
  const { stdout, failed } = execaSync("taskset", ["-cp", String(process.pid)], { reject: false });
  if (failed) return { pinning: undefined, reason: "taskset is not installed" };
  const allowed = coresIn(stdout.slice(stdout.lastIndexOf(":") + 1).trim());
  if (allowed.length < 2) return { pinning: undefined, reason: "this process is allowed one core only" };
  const [target, ...others] = allowed.map(String);
  return { pinning: { target: target!, others: others.join(","), all: allowed.join(",") }, reason: "" };
}

/** From now on these processes with all their threads run on these cores. One that has ended is left out. */
export function pin(pids: readonly number[], cores: string): void {
  for (const pid of pids) execaSync("taskset", ["-a", "-c", "-p", cores, String(pid)], { reject: false });
}

/**
 * The same of all threads of a process but its main one. Throws if one of them may not be moved. taskset moves one thread or
 * all, so the main one leaves its cores and comes back: two programs, and not one for each thread.
 */
export function pinOtherThreads(pid: number, cores: string): void {
  const own = allowedCores(pid);
  if (own === undefined) return;
  const moveAll = () => execaSync("taskset", ["-a", "-c", "-p", cores, String(pid)], { reject: false });
  let moved = moveAll();
  // taskset gives up at a thread that ends meanwhile
  if (moved.failed) moved = moveAll();
  execaSync("taskset", ["-c", "-p", own, String(pid)], { reject: false });
  if (moved.failed && existsSync(`/proc/${pid}`)) throw new Error(moved.stderr);
}

const NICE = 10;
/** The kernel lets a user set the nice value of one scheduler group in 100 ms. */
const GROUP_TRIES = { times: 30, everyMs: 50 };

/**
 * From now on a process yields to others on its cores: its threads, and the scheduler group of its session, which is all
 * that counts if the kernel makes groups. One that has ended is left out.
 */
export async function yieldCores(pid: number): Promise<void> {
  for (const thread of orNothing(() => readdirSync(`/proc/${pid}/task`)) ?? [])
    orNothing(() => setPriority(Number(thread), NICE));
  for (let left = GROUP_TRIES.times; left > 0 && isTooSoon(pid); left--) await sleep(GROUP_TRIES.everyMs);
}

function isTooSoon(pid: number): boolean {
  try {
    writeFileSync(`/proc/${pid}/autogroup`, String(NICE));
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EAGAIN";
  }
}

function orNothing<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch {
    return undefined;
  }
}

/** The list of cores that a process may run on. Undefined if it has ended. */
export function allowedCores(pid: number): string | undefined {
  return /^Cpus_allowed_list:\s*(\S+)$/m.exec(processText(pid, "status") ?? "")?.[1];
}

/** `0-2,5` → [0, 1, 2, 5] */
export function coresIn(list: string): number[] {
  return list.split(",").flatMap((part) => {
    const [from, to = from] = part.split("-").map(Number);
    return Array.from({ length: to! - from! + 1 }, (_, offset) => from! + offset);
  });
}
