/**
 * Runs a command in a process group of its own, and ends all its processes when the harness is gone or asks for it:
 * `npm start` leaves no grandchild behind, a process manager no daemon, whatever happens to the harness.
 */
import { spawn } from "node:child_process";
import { FAMILY, familyOf, type Relative } from "./family.ts";

/** As JSON in the only argument: the environment of the command is not the guard's own, which is no measured process. */
export interface Guarded {
  readonly command: string;
  /** All processes of the command have it in a variable. */
  readonly token: string;
  readonly env: Readonly<Record<string, string>>;
  /** How long the processes may take to flush and end by themselves after SIGTERM. */
  readonly graceMs?: number | undefined;
}

/** The same, if the harness is gone or interrupted. */
const GRACE_MS = 1200;
const POLL_MS = 100;
/** A process whose parent has passed SIGTERM on, and ended without waiting for it, has ended by then. */
const PASSED_ON_MS = 1500;
/** After this share of the grace, no parent passes SIGTERM on that has not done so. */
const PATIENCE = 1 / 2;
const guarded = JSON.parse(process.argv[2]!) as Guarded;
const command = spawn(guarded.command, {
  shell: true,
  detached: true,
  stdio: ["ignore", "inherit", "inherit"],
  env: { ...process.env, ...guarded.env, [FAMILY]: guarded.token },
});
const family = (): Map<number, Relative> => familyOf(guarded.token, command.pid!);
/** They have got SIGTERM. */
const asked = new Set<number>();
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

function terminate(pid: number): void {
  if (asked.has(pid)) return;
  asked.add(pid);
  signal(pid, "SIGTERM");
}

function killAll(): void {
  signal(-command.pid!, "SIGKILL");
  for (const pid of family().keys()) signal(pid, "SIGKILL");
}

/**
 * SIGTERM comes once to each process, as from Docker and Kubernetes: to those without a parent among them. A second one
 * would end the flush of a Node service that listens for the first by `process.once`. Their children are left to them, and
 * get it if their parent has ended without passing it on, or time runs out.
 */
function end(graceMs: number): void {
  deadlineMs = Math.min(deadlineMs, performance.now() + graceMs);
  patienceMs = Math.min(patienceMs, performance.now() + graceMs * PATIENCE);
  if (ending) return;
  ending = true;
  const dueMs = new Map<number, number>();
  let before: ReadonlyMap<number, Relative> = new Map();
  const poll = (): void => {
    const [all, now] = [family(), performance.now()];
    if (all.size === 0 || now > deadlineMs) {
      killAll();
      process.exit(0);
    }
    for (const [pid, { parent }] of all) {
      if (!all.has(parent) && !dueMs.has(pid)) {
        const left = before.get(before.get(pid)?.parent ?? 0);
        dueMs.set(pid, left?.catchesTerm === true ? now + PASSED_ON_MS : now);
      }
      if (now >= Math.min(patienceMs, dueMs.get(pid) ?? Infinity)) terminate(pid);
    }
    before = all;
  };
  poll();
  setInterval(poll, POLL_MS);
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
