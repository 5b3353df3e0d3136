import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { getPriority } from "node:os";
import { after, test } from "node:test";
import { findPinning, pin, pinOtherThreads, yieldCores } from "./pinning.ts";

const { pinning, reason } = findPinning();
const idle = spawn(process.execPath, ["-e", "console.log(), setTimeout(() => {}, 20_000)"]);
// with all its threads
await once(idle.stdout, "data");
after(() => void idle.kill());

function coresOfThreads(): Map<string, string> {
  const allowed = (thread: string): string =>
    /^Cpus_allowed_list:\s*(\S+)$/m.exec(readFileSync(`/proc/${idle.pid}/task/${thread}/status`, "utf8"))![1]!;
  return new Map(readdirSync(`/proc/${idle.pid}/task`).map((thread) => [thread, allowed(thread)]));
}

test("all threads of a process move to the cores it is pinned to; one that has ended is left out", (t) => {
  if (pinning === undefined) return t.skip(reason);
  pin([2 ** 22 - 1, idle.pid!], pinning.target);
  assert.deepEqual(new Set(coresOfThreads().values()), new Set([pinning.target]));
});

test("all threads but the main one move, and none of a process that has ended", (t) => {
  if (pinning === undefined) return t.skip(reason);
  pin([idle.pid!], pinning.target);
  for (const pid of [2 ** 22 - 1, idle.pid!]) pinOtherThreads(pid, pinning.others);
  const cores = coresOfThreads();
  assert.equal(cores.get(String(idle.pid)), pinning.target);
  cores.delete(String(idle.pid));
  assert.deepEqual(new Set(cores.values()), new Set([pinning.others]));
});

test("a thread that cannot be moved is a failure, and the threads stay where they are", (t) => {
  if (pinning === undefined) return t.skip(reason);
  const before = coresOfThreads();
  // there is no such core
  assert.throws(() => pinOtherThreads(idle.pid!, "1023"), /taskset/);
  assert.deepEqual(coresOfThreads(), before);
});

test("a process that yields does so with all threads, and with its session; one that has ended is left out", async (t) => {
  const child = spawn(process.execPath, ["-e", "setTimeout(() => {}, 20_000)"], { stdio: "ignore", detached: true });
  t.after(() => void child.kill());
  await Promise.all([2 ** 22 - 1, child.pid!].map(yieldCores));
  const threads = readdirSync(`/proc/${child.pid}/task`).map((thread) => getPriority(Number(thread)));
  assert.deepEqual([...new Set(threads)], [10]);
  const group = `/proc/${child.pid}/autogroup`;
  if (existsSync(group)) assert.match(readFileSync(group, "utf8"), /nice 10\n$/);
});
