import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { Session } from "node:inspector/promises";
import { test } from "node:test";
import type { TargetLine } from "../processes/control.ts";
import { coresIn, findPinning } from "../processes/pinning.ts";
import { profilerThreads } from "./accounting.ts";
import { beginProfile } from "./profiled.ts";

const { pinning, reason } = findPinning();

test(
  "the profiler takes its samples from another core than the service's",
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
    const coresOf = (thread: string | number): number[] =>
      coresIn(/^Cpus_allowed_list:\s*(\S+)$/m.exec(readFileSync(`/proc/self/task/${thread}/status`, "utf8"))![1]!);
    const own = coresOf(process.pid);
    await beginProfile([line as unknown as TargetLine], pinning!.others);
    assert.deepEqual(profilerThreads(process.pid).map(coresOf), [coresIn(pinning!.others)]);
    assert.deepEqual(coresOf(process.pid), own);
    await session.post("Profiler.stop");
    session.disconnect();
  },
);
