/** The shop in Python. Skipped without its environment: npm run setup:fastapi. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { execa } from "execa";
import { isTraced, measureTarget } from "./check.fixture.ts";
import { runTogether } from "./program.fixture.ts";

const SHOP = join(import.meta.dirname, "../../targets/fastapi");
const PYTHON = join(SHOP, ".venv/bin/python");
const isReady = existsSync(PYTHON);
const skip = isReady ? false : "no Python environment: npm run setup:fastapi";

test("its spans hold no secret, name their request, and its baseline loads no SDK", { skip }, async () => {
  const { exitCode, stderr } = await execa(PYTHON, ["-m", "unittest", "discover", "-s", SHOP], { reject: false });
  assert.equal(exitCode, 0, stderr);
});

const FEW = { samplers: ["ratio:0.5"], rate: "40/s", phases: ["latency"] };

for (const [target, only] of [
  ["fastapi:workers=2", undefined],
  ["fastapi:chain", isTraced],
] as const)
  test(`${target}: all spans arrive, by the SDK's own metrics too, and what was kept is known`, { skip }, async () => {
    const records = await measureTarget(target, FEW, only);
    for (const { trial, ending, failure, ledger, outside, fidelity, resources } of records) {
      assert.equal(ending, "completed", failure);
      assert.ok(resources!.cpuUs > 0);
      if (trial.variant === "none") assert.deepEqual([ledger, outside], [undefined, undefined]);
      else {
        assert.deepEqual([ledger!.source, ledger!.residual, ledger!.sampled], ["sdk", 0, outside!.received]);
        assert.ok(ledger!.unsampled > 0);
        const { traces, spans } = fidelity!;
        assert.ok(traces.arrived > 0);
        // equal ratios break no trace of a chain
        assert.deepEqual([traces.whole, spans.violations], [traces.arrived, 0]);
      }
    }
    assert.ok(records.some(({ trial }) => trial.variant !== "none"));
  });

test("an exporter that its SDK does not have is the user's mistake", { skip }, async () => {
  const { exitCode, stderr } = await runTogether("bench", "--target", "fastapi", "--exporter", "zipkin");
  assert.equal(exitCode, 2);
  assert.match(stderr, /zipkin/);
});

test("without the environment, the run names the command that makes it", { skip: isReady }, async () => {
  const { exitCode, stderr } = await runTogether("bench", "--target", "fastapi");
  assert.equal(exitCode, 2);
  assert.match(stderr, /npm run setup:fastapi/);
});
