import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, readlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Random } from "../../src/base/random.ts";
import type { Victim } from "./victim.ts";

export interface Fault {
  /** Exit codes that fit, in addition to 0 and 3; -1: ended by a signal. */
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

const CLOCK_STEP = new URL("clock-step.ts", import.meta.url).href;

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
    "strangers' posts": { strike: postToSink },
    "slow reader of stdout": { readAfterMs: 4000 },
    "a step of the wall clock": {
      wrap: ["env", `NODE_OPTIONS=--import=${CLOCK_STEP}`],
      strike: ({ temporary }) => writeFileSync(join(temporary, "clock-step"), random() < 0.5 ? "-3600000" : "3600000"),
    },
  };
}

function signal(pid: number | undefined, name: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(pid, name);
  } catch {
    // it has ended
  }
}

/** Posts to every port on which the sink listens, without its secret. Throws if a post is accepted. */
async function postToSink(victim: Victim): Promise<void> {
  const sink = victim.processes().find(({ command }) => command.includes("sink/process"));
  if (sink === undefined) return;
  const sockets = readdirSync(`/proc/${sink.pid}/fd`).flatMap((fd) => {
    try {
      return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${sink.pid}/fd/${fd}`))?.[1] ?? [];
    } catch {
      return [];
    }
  });
  const lines = readFileSync("/proc/net/tcp", "utf8").trim().split("\n").slice(1);
  const ports = lines.flatMap((line) => {
    const [, local, , state, , , , , , inode] = line.trim().split(/\s+/);
    return state === "0A" && sockets.includes(inode!) ? [parseInt(local!.split(":")[1]!, 16)] : [];
  });
  const headers = { "content-type": "application/json" };
  const posts = ports.map((port) =>
    fetch(`http://127.0.0.1:${port}/v1/traces`, { method: "POST", headers, body: '{"resourceSpans":[]}' }),
  );
  for (const post of await Promise.allSettled(posts))
    if (post.status === "fulfilled" && post.value.ok) throw new Error("the sink accepts a stranger's post");
}
