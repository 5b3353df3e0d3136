/**
 * Runs a command in a process group of its own, and ends all its processes when the harness is gone or asks for it:
 * `npm start` leaves no grandchild behind, a process manager no daemon, whatever happens to the harness.
 */
import { spawn } from "node:child_process";
import { FAMILY, familyOf, type Relative } from "./family.ts";

/** As JSON in the only argument: the environment of the command is not the guard's own, which is no measured process. */
export interface Guarded {
  readonly command: string;
  readonly env: Readonly<Record<string, string>>;
  /** How long the processes may take to flush and end by themselves after SIGTERM. */
  readonly graceMs?: number | undefined;
}

/** The same, if the harness is gone or interrupted. */
const GRACE_MS = 1200;
const POLL_MS = 50;
/** A parent that passes SIGTERM on has done so by then, also if it ends without waiting for its children. */
const PASSED_ON_MS = 300;
/** After this share of the grace, no parent passes SIGTERM on that has not done so. */
const PATIENCE = 1 / 4;
const guarded = JSON.parse(process.argv[2]!) as Guarded;
const command = spawn(guarded.command, {
  shell: true,
  detached: true,
  stdio: ["ignore", "inherit", "inherit"],
  env: { ...process.env, ...guarded.env, [FAMILY]: String(process.pid) },
});
const family = (): Map<number, Relative> => familyOf(process.pid, command.pid!);
const ended = new Set<number>();
let ending = false;
let deadlineMs = Infinity;
let patienceMs = Infinity;

/** A process that has just ended gets none. */
function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // it has ended
  }
}

/** SIGTERM for a process, and for its children if it cannot pass it on. */
function terminate(pid: number, all: ReadonlyMap<number, Relative>): void {
  if (ended.has(pid)) return;
  ended.add(pid);
  signal(pid, "SIGTERM");
  if (all.get(pid)!.catchesTerm) return;
  for (const [child, { parent }] of all) if (parent === pid) terminate(child, all);
}

function killAll(): void {
  signal(-command.pid!, "SIGKILL");
  for (const pid of family().keys()) signal(pid, "SIGKILL");
}

/**
 * SIGTERM comes once to each process, as from Docker and Kubernetes: to those without a parent among them. A second one
 * would end the flush of a Node service that listens for the first by `process.once`. Their children are left to them if
 * they may pass it on, and get it if they do not.
 */
function end(graceMs: number): void {
  deadlineMs = Math.min(deadlineMs, performance.now() + graceMs);
  patienceMs = Math.min(patienceMs, performance.now() + graceMs * PATIENCE);
  if (ending) return;
  ending = true;
  const orphanedMs = new Map<number, number>();
  const poll = (isFirst: boolean): void => {
    const [all, now] = [family(), performance.now()];
    if (all.size === 0 || now > deadlineMs) {
      killAll();
      process.exit(0);
    }
    for (const [pid, { parent }] of all) {
      if (!all.has(parent) && !orphanedMs.has(pid)) orphanedMs.set(pid, isFirst ? -PASSED_ON_MS : now);
      if (now > Math.min(patienceMs, (orphanedMs.get(pid) ?? Infinity) + PASSED_ON_MS)) terminate(pid, all);
    }
  };
  poll(true);
  setInterval(poll, POLL_MS, false);
}

command.on("error", (error) => {
  console.error(error.message);
  process.exit(127);
});
command.on("exit", (code) => {
  if (ending) return;
  killAll();
  process.exit(code ?? 1);
});
process.on("disconnect", () => end(GRACE_MS));
process.on("SIGTERM", () => end(guarded.graceMs ?? GRACE_MS));
process.on("SIGINT", () => end(GRACE_MS));
