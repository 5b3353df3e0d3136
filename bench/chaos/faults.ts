import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Random } from "../../src/base/random.ts";
import type { Victim } from "./victim.ts";

export interface Fault {
  /** Exit codes that fit, besides 0 and 3; -1: ended by a signal. */
  readonly codes?: readonly number[];
  /** Why it cannot be done here. */
  readonly unable?: () => string | undefined;
  readonly before?: (folder: string) => void;
  readonly after?: (folder: string) => void;
  readonly wrap?: readonly string[];
  /** At a random moment. */
  readonly strike?: (victim: Victim, pid: number) => Promise<void> | void;
  readonly readAfterMs?: number;
}

/** Small enough to be filled at once, and large enough to begin a run. */
const DISK = "size=24m";

export function faultsBy(random: Random): Readonly<Record<string, Fault>> {
  const childOf = (victim: Victim, pid: number): number | undefined => {
    const children = victim.processes().filter((one) => one.pid !== pid && one.command.includes("/src/"));
    return children[Math.floor(random() * children.length)]?.pid;
  };
  return {
    "SIGSTOP of a child": { strike: (victim, pid) => signal(childOf(victim, pid), "SIGSTOP") },
    "SIGKILL of a child": { strike: (victim, pid) => signal(childOf(victim, pid), "SIGKILL") },
    "SIGSTOP of the harness for 2 s": {
      strike: async (_, pid) => {
        signal(pid, "SIGSTOP");
        await sleep(2000);
        signal(pid, "SIGCONT");
      },
    },
    "SIGKILL of the harness": { codes: [-1], strike: (_, pid) => signal(pid, "SIGKILL") },
    "disk full": {
      codes: [2],
      unable: () => (process.getuid?.() === 0 ? undefined : "only root can mount a small disk"),
      before: (at) => void execFileSync("/usr/bin/env", ["mount", "-t", "tmpfs", "-o", DISK, "tmpfs", at]),
      after: (at) => void execFileSync("/usr/bin/env", ["umount", "-l", at]),
      strike: ({ folder }) => {
        try {
          writeFileSync(join(folder, "filler"), Buffer.alloc(32 * 1024 * 1024));
        } catch {
          // full, as it should be
        }
      },
    },
    "few descriptors": { codes: [1, 2], wrap: ["prlimit", `--nofile=${24 + Math.floor(random() * 60)}`] },
    "slow reader of stdout": { readAfterMs: 4000 },
  };
}

function signal(pid: number | undefined, name: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(pid, name);
  } catch {
    // it has ended
  }
}
