import assert from "node:assert/strict";
import { test } from "node:test";
import type { LoadJob } from "../../load/job.ts";
import { startService } from "../../load/drivers/service.fixture.ts";
import { LoadProcess } from "./load-process.ts";
import { SinkProcess } from "./sink-process.ts";

const WITHIN_MS = 1500;

test("a sink that is stopped fails the question, and can be ended", async () => {
  const sink = new SinkProcess(undefined, WITHIN_MS);
  await sink.ready;
  process.kill(sink.child.pid, "SIGSTOP");
  const receiver = { id: "one", condition: "healthy", seed: 1, keepSpans: false };
  await assert.rejects(sink.open(receiver), /^Error: the sink did not answer the harness's "open" within/);
  await assert.rejects(sink.close("one"), /^Error: the sink did not answer/);
  await sink.child.stop();
});

for (const driver of ["open-loop", "autocannon"] as const)
  test(`a load process that is stopped in its window fails the job, and can be ended: ${driver}`, async () => {
    await using service = await startService((_, response) => response.end());
    const load = new LoadProcess(undefined, WITHIN_MS);
    await load.ready;
    const run = load.run(job(driver, service.origin), {
      warm: () => Promise.resolve(),
      opened: () => void process.kill(load.child.pid, "SIGSTOP"),
      closed: () => undefined,
    });
    await assert.rejects(run, /^Error: the load process did not answer the harness's "window-open" within/);
    await load.child.stop();
  });

function job(driver: LoadJob["driver"], origin: string): LoadJob {
  const request = { route: "GET /", class: "ordinary", method: "GET", path: "/", weight: 1, expect: [200] };
  const times = { warmupMs: 300, durationMs: 300, timeoutMs: 200 };
  const size = { ratePerSecond: 50, connections: 2, arrivals: "uniform", seed: 1, keepRequests: false } as const;
  return { driver, targets: [{ id: "one", origin }], requests: [request], ...times, ...size };
}
