import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { temporaryFolder } from "../../base/temporary-folder.fixture.ts";
import { FAMILY } from "./family.ts";
import { busiestSince, OtherPrograms } from "./other-programs.ts";

type Processes = Parameters<typeof busiestSince>[0];

/** Each as `[pid, name, parent, ticks]`. */
const processes = (...all: [number, string, number, number, string?][]): Processes =>
  new Map(all.map(([pid, name, parent, cpuTicks, startTicks = "1"]) => [pid, { name, parent, cpuTicks, startTicks }]));

test("the busiest programs come first, without this process and what it has started", () => {
  const before = processes([1, "init", 0, 0], [10, "run", 1, 50], [20, "chrome", 1, 500], [30, "idle", 1, 900]);
  const after = processes(
    [1, "init", 0, 1],
    [10, "run", 1, 150],
    [11, "driver", 10, 100],
    [12, "worker", 11, 100],
    [20, "chrome", 1, 520],
    [21, "tsc", 20, 15],
    [22, "tsc", 20, 16],
    [30, "idle", 1, 904],
  );
  // 1 s: 5 ticks are 5 % of a core
  assert.deepEqual(busiestSince(before, after, 1000, [10]), [22, 20]);
});

test("a process that has the number of one that ended counts from its own start", () => {
  const [before, after] = [processes([20, "old", 1, 500]), processes([20, "new", 1, 400, "2"])];
  assert.deepEqual(busiestSince(before, after, 1000, [10]), [20]);
});

const skip = process.platform !== "linux" && "only Linux reports the CPU of other processes";

test(
  "a busy program is named, if it is neither of a command that Spantoll runs nor of a target",
  { skip },
  async () => {
    const folder = temporaryFolder();
    const others = new OtherPrograms();
    /** The shell under another name, whose parent ends at once. */
    const burn = (name: string, env: Record<string, string> = {}): number => {
      const file = join(folder, name);
      copyFileSync("/bin/sh", file);
      const script = `"${file}" -c 'while :; do :; done' >&- 2>&- & echo $!`;
      return Number(execFileSync("sh", ["-c", script], { env: { ...process.env, ...env } }));
    };
    const pids = [burn("burns-in-family", { [FAMILY]: "other" }), burn("burns-in-target"), burn("burns-outside")];
    try {
      const named = async (count: number, targets: readonly number[]): Promise<string[]> => {
        const names = others.busiest(targets, Infinity).filter((name) => name.startsWith("burns-"));
        if (names.length >= count) return names.toSorted();
        await sleep(50);
        return named(count, targets);
      };
      assert.deepEqual(await named(2, []), ["burns-in-target", "burns-outside"]);
      assert.deepEqual(await named(1, [pids[1]!]), ["burns-outside"]);
    } finally {
      for (const pid of pids) process.kill(pid, "SIGKILL");
    }
  },
);
