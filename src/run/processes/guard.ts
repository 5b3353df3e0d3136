/**
 * Runs a command in a process group of its own, and ends the whole group when the harness is gone
 * or asks for it: `npm start` leaves no grandchild behind, whatever happens to the harness.
 */
import { spawn } from "node:child_process";

/** As JSON in the only argument: the environment of the command is not the guard's own, which is no measured process. */
export interface Guarded {
  readonly command: string;
  readonly env: Readonly<Record<string, string>>;
  /** How long the group may take to flush and end by itself after SIGTERM. */
  readonly graceMs?: number | undefined;
}

/** The same, if the harness is gone or interrupted. */
const GRACE_MS = 1200;
const POLL_MS = 20;
const guarded = JSON.parse(process.argv[2]!) as Guarded;
const command = spawn(guarded.command, {
  shell: true,
  detached: true,
  stdio: ["ignore", "inherit", "inherit"],
  env: { ...process.env, ...guarded.env },
});
let ending = false;

/** False where the group is gone. Signal 0 only asks. */
function signalGroup(signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-command.pid!, signal);
  } catch {
    return false;
  }
}

let deadlineMs = Infinity;

function end(graceMs: number): void {
  deadlineMs = Math.min(deadlineMs, performance.now() + graceMs);
  if (ending) return;
  ending = true;
  signalGroup("SIGTERM");
  setInterval(() => {
    // the shell is gone long before what it started has flushed: the group is what is waited for
    if (signalGroup(0) && performance.now() < deadlineMs) return;
    signalGroup("SIGKILL");
    process.exit(0);
  }, POLL_MS);
}

command.on("error", (error) => {
  console.error(error.message);
  process.exit(127);
});
command.on("exit", (code) => {
  if (ending) return;
  signalGroup("SIGKILL");
  process.exit(code ?? 1);
});
process.on("disconnect", () => end(GRACE_MS));
process.on("SIGTERM", () => end(guarded.graceMs ?? GRACE_MS));
process.on("SIGINT", () => end(GRACE_MS));
