/**
 * Runs a command in a process group of its own, and ends the whole group when the harness is gone
 * or asks for it: `sh -c "npm start"` leaves no grandchild behind, whatever happens to the harness.
 */
import { spawn } from "node:child_process";

const GRACE_MS = 1000;
const command = spawn(process.argv[2]!, { shell: true, detached: true, stdio: ["ignore", "ignore", "inherit"] });

function signalGroup(signal: NodeJS.Signals): void {
  try {
    process.kill(-command.pid!, signal);
  } catch {
    // the group is gone already
  }
}

function end(): void {
  signalGroup("SIGTERM");
  setTimeout(() => {
    signalGroup("SIGKILL");
    process.exit(0);
  }, GRACE_MS);
}

command.on("error", (error) => {
  console.error(error.message);
  process.exit(127);
});
command.on("exit", (code) => {
  signalGroup("SIGKILL");
  process.exit(code ?? 1);
});
process.once("disconnect", end);
process.once("SIGTERM", end);
process.once("SIGINT", end);
