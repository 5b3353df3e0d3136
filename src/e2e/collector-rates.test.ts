/** What a Collector and Jaeger account for; at high rates: npm run collector-rates. Skipped without their binaries: npm run setup:collector, setup:jaeger. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { folder, measureVia, noCollector, noJaeger, ONE } from "./collector.fixture.ts";
import { measure } from "./program.fixture.ts";

const TICK_US = 10_000;

for (const [name, missing] of [
  ["pass-through", noCollector],
  ["jaeger", noJaeger],
] as const)
  test(`${name}: no span is lost, and no CPU time is counted twice`, { skip: missing }, async () => {
    const load = { target: "bare:50", rate: "20/s", duration: "1s" };
    const { ledger, resources, collector } = await measureVia(name, load);
    const { exported, received } = ledger!;
    const { accepted, stored } = ledger!.collector!;
    assert.ok(exported > 0);
    assert.deepEqual([accepted, received], [exported, exported]);
    assert.match(collector!.version!, /^\d+\.\d+\.\d+/);
    assert.equal(stored, name === "jaeger" ? exported : undefined);
    // the kernel's account of each process, and its own of itself
    for (const { cpuUs, cpuUsSelfReported } of [resources!, collector!])
      assert.ok(
        Math.abs(cpuUs! - cpuUsSelfReported!) < 0.02 * cpuUs! + 3 * TICK_US,
        `${cpuUs} against ${cpuUsSelfReported}`,
      );
  });

test(
  "jaeger: sent = received = stored; with --keep-jaeger its traces can be looked at",
  { skip: noJaeger },
  async () => {
    const out = join(folder, "jaeger-kept.json");
    const { results, stderr } = await measure(out, ...ONE, "--collector", "jaeger", "--keep-jaeger");
    const [, url, pid] = /(http:\/\/127\.0\.0\.1:\d+): process (\d+)/.exec(stderr) ?? assert.fail(stderr);
    try {
      const { ledger } = results.records.find(({ trial }) => trial.variant !== "none")!;
      const { accepted, stored } = ledger!.collector!;
      assert.deepEqual([ledger!.residual, accepted, ledger!.received, stored], [0, stored, stored, ledger!.exported]);
      const answer = await fetch(`${url}/api/v3/services`);
      assert.equal(((await answer.json()) as { services: string[] }).services.length, 1);
    } finally {
      process.kill(Number(pid), "SIGKILL");
    }
  },
);
