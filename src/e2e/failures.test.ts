/** Live, end to end: driver, judge and tail sampler agree on what has failed, and the tail sampler loses none of it. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { measure, temporaryFolder } from "./program.fixture.ts";

const folder = temporaryFolder();

for (const target of ["orders", "orders-chain"]) {
  test(`${target}: the answers' failures are those of the spans, and tail:errors keeps every one, whole`, async () => {
    const scenario = join(folder, `${target}.json`);
    const classes = { declined: 0.2, unknown: 0.2 };
    writeFileSync(scenario, JSON.stringify({ target, classes, samplers: ["tail:errors"], phases: ["latency"] }));
    const { results, stderr } = await measure(join(folder, `${target}-results.json`), scenario);
    for (const sampler of ["always_on", "tail:errors"]) {
      const record = results.records.find(({ trial }) => trial.variant === sampler);
      const { errors, spanStatus, traces, requests } = record?.fidelity ?? assert.fail(stderr);
      assert.ok(errors.offered > 5 && errors.offered < requests, `${errors.offered} of ${requests} failed`);
      assert.equal(errors.kept, errors.offered, sampler);
      assert.equal(spanStatus, undefined, sampler);
      assert.equal(traces.whole, sampler === "always_on" ? requests : errors.offered);
    }
  });
}
