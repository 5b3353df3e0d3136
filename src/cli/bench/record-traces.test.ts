import assert from "node:assert/strict";
import { join } from "node:path";
import { tmpdir } from "node:os";
import { test } from "node:test";
import { scenarioWith } from "../../spec/scenario.fixture.ts";
import { planOf } from "../../plan/plan.ts";
import type { TrialRecord } from "../../record/trial-record.ts";
import { recordTraces } from "./record-traces.ts";

const bin = `bin=${process.execPath}`;

function recorderOf(...collectors: readonly string[]) {
  const own = { collectors: collectors.map((name) => (name === "none" ? name : `${name},${bin}`)) };
  const fields = { target: "bare:1", samplers: ["always_on"], reference: false, phases: ["latency"], ...own };
  const plan = planOf(scenarioWith(fields));
  return { plan, ...recordTraces(plan, join(tmpdir(), "spantoll-absent-traces.jsonl"), undefined) };
}

/** Which variant is recorded. */
async function recordedOf(...collectors: readonly string[]): Promise<string> {
  return / latency trials of (.*) can be/.exec(await recorderOf(...collectors).written([]))![1]!;
}

test("what a Collector has sampled is never recorded as the whole", async () => {
  for (const order of [
    ["tail-sampling:share=0.1", "none"],
    ["none", "tail-sampling:share=0.1"],
  ])
    assert.equal(await recordedOf(...order), "always_on");
  assert.match(await recordedOf("probabilistic-sampler:0.1", "pass-through"), /^always_on via pass-through/);
  await assert.rejects(recordedOf("spanmetrics:behind=tail_sampling,share=0.1"), /--collector none/);
});

test("the fix names what is missing", () => {
  const fields = { target: "bare:1", samplers: ["ratio:0.1"], reference: false };
  const plan = planOf(scenarioWith(fields));
  assert.throws(() => recordTraces(plan, "absent.jsonl", undefined), /add --sampler always_on$/);
});

test("if spans name no request, that is why there is no file, also if the driver was late", async () => {
  const { plan, written } = recorderOf("none");
  const warnings = [{ code: "driver-late" }, { code: "requests-unnamed", message: "unnamed", fix: "name them" }];
  const records = plan.trials.map((trial) => ({ trial, warnings }) as unknown as TrialRecord);
  const text = await written(records);
  assert.match(text, /not written.*unnamed.*name them/);
  assert.doesNotMatch(text, /driver/);
});
