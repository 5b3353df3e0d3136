/** The shop in Python. Skipped without its environment: npm run setup:fastapi. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { execa } from "execa";
import { measure, runTogether, temporaryFolder } from "./program.fixture.ts";

const SHOP = join(import.meta.dirname, "../../targets/fastapi");
const PYTHON = join(SHOP, ".venv/bin/python");
const isReady = existsSync(PYTHON);
const skip = isReady ? false : "no Python environment: npm run setup:fastapi";
const folder = temporaryFolder();

test("its spans hold no secret, name their request, and its baseline loads no SDK", { skip }, async () => {
  const { exitCode, stderr } = await execa(PYTHON, ["-m", "unittest", "discover", "-s", SHOP], { reject: false });
  assert.equal(exitCode, 0, stderr);
});

for (const target of ["fastapi:workers=2", "fastapi:chain"])
  test(`${target}: all spans arrive, by the SDK's own metrics too, and what was kept is known`, { skip }, async () => {
    const out = join(folder, `${target.replace(":", "-")}.json`);
    const args = [
      "--target",
      target,
      "--sampler",
      "ratio:0.5",
      "--rate",
      "40/s",
      "--phase",
      "latency",
      "--no-reference",
    ];
    const { results } = await measure(out, ...args);
    for (const { trial, ending, failure, ledger, outside, fidelity, resources } of results.records) {
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
