import { cpus } from "node:os";
import { execaSync } from "execa";

/** The first allowed core is the target's; driver, sink and harness share the others. */
export interface Pinning {
  readonly target: string;
  readonly others: string;
  /** Until the window the services use all: loading and compiling take seconds of CPU. */
  readonly all: string;
}

/** Undefined, with the reason, where processes cannot be pinned. */
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

/** `0-2,5` → [0, 1, 2, 5] */
export function coresIn(list: string): number[] {
  return list.split(",").flatMap((part) => {
    const [from, to = from] = part.split("-").map(Number);
    return Array.from({ length: to! - from! + 1 }, (_, offset) => from! + offset);
  });
}
