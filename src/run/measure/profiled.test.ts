import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { Session } from "node:inspector/promises";
import { test } from "node:test";
import type { TargetLine } from "../target/control.ts";
import { coresIn, findPinning } from "../processes/pinning.ts";
import { beginProfile } from "./profiled.ts";

const { pinning, reason } = findPinning();

test(
  "profiled JavaScript has its core to itself: the profiler and all other threads are elsewhere",
  { skip: pinning === undefined && reason },
  async () => {
    const session = new Session();
    session.connect();
    const line = {
      hello: { pid: process.pid },
      ask: async () => {
        await session.post("Profiler.enable");
        await session.post("Profiler.start");
      },
    };
    const coresOf = (thread: string): number[] =>
      coresIn(/^Cpus_allowed_list:\s*(\S+)$/m.exec(readFileSync(`/proc/self/task/${thread}/status`, "utf8"))![1]!);
    const main = String(process.pid);
    const before = coresOf(main);
    await beginProfile([line as unknown as TargetLine], pinning!.others);
    const threads = readdirSync("/proc/self/task");
    const profilers = threads.filter((thread) =>
      readFileSync(`/proc/self/task/${thread}/comm`, "utf8").startsWith("v8:Prof"),
    );
    assert.equal(profilers.length, 1);
    for (const thread of threads)
      assert.deepEqual(coresOf(thread), thread === main ? before : coresIn(pinning!.others));
    await session.post("Profiler.stop");
    session.disconnect();
  },
);
