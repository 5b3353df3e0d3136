import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { getPriority } from "node:os";
import { after, test } from "node:test";
import { findPinning, pin, pinThread, yieldCores } from "./pinning.ts";

const { pinning, reason } = findPinning();
const idle = spawn(process.execPath, ["-e", "setTimeout(() => {}, 20_000)"], { stdio: "ignore" });
after(() => void idle.kill());

test("all threads of a process move to the cores it is pinned to; one that has ended is left out", (t) => {
  if (pinning === undefined) return t.skip(reason);
  pin([2 ** 22 - 1, idle.pid!], pinning.target);
  const threads = readdirSync(`/proc/${idle.pid}/task`);
  const allowed = threads.map(
    (thread) =>
      /^Cpus_allowed_list:\s*(\S+)$/m.exec(readFileSync(`/proc/${idle.pid}/task/${thread}/status`, "utf8"))![1],
  );
  assert.deepEqual([...new Set(allowed)], [pinning.target]);
});

test("a single thread that cannot be moved is a failure", (t) => {
  if (pinning === undefined) return t.skip(reason);
  assert.throws(() => pinThread(String(2 ** 22 - 1), pinning.target), /taskset/);
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
