/** Every exporter, every backend condition and the chain: each ledger closes, and lost spans have the right cause. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFolder } from "../base/temporary-folder.fixture.ts";
import { conditions } from "../sink/conditions/index.ts";
import type { TrialRecord } from "../record/trial-record.ts";
import { exporters } from "../target/exporters/index.ts";
import { isTraced, measureTarget } from "./check.fixture.ts";
import { measure as measureRun } from "./program.fixture.ts";

/** Records of a small latency run, by variant. */
async function measure(...[target, fields, only]: Parameters<typeof measureTarget>): Promise<Map<string, TrialRecord>> {
  const records = await measureTarget(target, { phases: ["latency"], ...fields }, only);
  return new Map(records.map((record) => [record.trial.variant, record]));
}

const BARE = "bare:1";

function assertServed(record: TrialRecord): void {
  assert.equal(record.ending, "completed", record.failure);
  const { load, ledger } = record;
  assert.equal(load!.completed, load!.intended, "requests are lost");
  assert.equal(load!.unexpected, 0);
  assert.equal(ledger!.residual, 0);
  assert.ok(ledger!.sampled > 0);
}

test("every exporter's spans are counted, and arrive if it sends to the sink", async () => {
  const kinds = exporters.kinds.filter(({ name }) => name !== "module");
  const records = await measure(BARE, { exporters: kinds.map(({ name }) => name) }, isTraced);
  assert.equal(records.size, kinds.length);
  for (const [variant, record] of records) {
    assertServed(record);
    const { ledger } = record;
    const reaches = !/memory|console|discard/.test(variant);
    assert.equal(ledger!.exported, ledger!.sampled, variant);
    assert.equal(ledger![reaches ? "received" : "keptLocally"], ledger!.exported, variant);
  }
});

test("an instrumentation has the spans and bytes of the window's requests, not of the start; without tracing all is the same", async () => {
  const lists = ["auto", "auto-pg", "auto,fs"].flatMap((list) => ["--instrumentation", list]);
  const out = join(temporaryFolder(), "instrumentations.json");
  const { results } = await measureRun(out, "instrumentations", "--phase", "latency", ...lists);
  const records = new Map(results.records.map((record) => [record.trial.variant, record]));
  const ids = ["always_on", "always_on auto-pg", "always_on auto,fs"];
  const traced = ids.map((variant) => records.get(variant)!);
  for (const record of traced) assertServed(record);
  const [all, withoutPg, withFs] = traced as [TrialRecord, TrialRecord, TrialRecord];
  const spansOf = ({ resources }: TrialRecord): number => resources!.spansPerRequest!;
  // pg.connect and pg.query of eight queries
  assert.equal(Math.round(spansOf(all) - spansOf(withoutPg)), 8 * 2);
  // modules are read as they are loaded
  assert.ok(withFs.ledger!.started - all.ledger!.started > 100);
  assert.equal(Math.round(spansOf(withFs)), Math.round(spansOf(all)));
  const bytesOf = ({ resources }: TrialRecord): number => resources!.bytesOutPerRequest!;
  assert.ok(Math.abs(bytesOf(withFs) / bytesOf(all) - 1) < 0.01, `${bytesOf(withFs)} ${bytesOf(all)}`);
  assert.ok(all.instrumented!.some((name) => name.startsWith("pg ")));
  assert.ok(!withoutPg.instrumented!.some((name) => name.startsWith("pg ")));
  assert.equal(records.get("none")!.load!.unexpected, 0);
});

/** What each condition does to the spans. */
const CAUSES: Readonly<Record<string, (record: TrialRecord) => void>> = {
  healthy: ({ ledger }) => assert.equal(ledger!.received, ledger!.sampled),
  "slow:200ms": ({ ledger }) => assert.equal(ledger!.received, ledger!.sampled),
  "error:500": ({ ledger }) => assert.deepEqual(ledger!.exportFailed, { "http 500": ledger!.sampled }),
  "throttle:100/s": ({ ledger }) => assert.equal(ledger!.received, ledger!.sampled),
  "flaky:0.3": ({ ledger }) => assert.equal(ledger!.received + failed(ledger!), ledger!.sampled),
  "partial:0.3": ({ ledger }) => {
    assert.ok(ledger!.rejectedByBackend > 0);
    assert.equal(ledger!.received + ledger!.rejectedByBackend, ledger!.exported);
  },
  hang: ({ ledger }) => assert.deepEqual([ledger!.received, ledger!.exportFailed], [0, { timeout: ledger!.sampled }]),
  refuse: ({ ledger }) => assert.deepEqual(Object.keys(ledger!.exportFailed), ["connection refused"]),
  reset: ({ ledger }) => assert.deepEqual(Object.keys(ledger!.exportFailed), ["connection reset"]),
  "restart:at=100ms,down=200ms": ({ ledger }) => assert.equal(ledger!.received + failed(ledger!), ledger!.sampled),
  "bandwidth:1MB/s": ({ ledger }) => assert.equal(ledger!.received, ledger!.sampled),
};

function failed({ exportFailed }: NonNullable<TrialRecord["ledger"]>): number {
  return Object.values(exportFailed).reduce((sum, count) => sum + count, 0);
}

test("under every backend condition the service answers, and each lost span has its cause", async () => {
  const specs = Object.keys(CAUSES);
  assert.deepEqual(
    new Set(specs.map((spec) => spec.split(":")[0])),
    new Set(conditions.kinds.map(({ name }) => name)),
    "a condition has no case here",
  );
  const exporter = "otlp-http/protobuf:timeout=1s";
  const records = await measure(BARE, { exporters: [exporter], backends: specs }, isTraced);
  for (const [spec, check] of Object.entries(CAUSES)) {
    const unusual = spec === "healthy" ? "" : ` ${spec}`;
    const record = records.get(`always_on ${exporter}${unusual}`);
    assert.ok(record, spec);
    assertServed(record);
    check(record);
    const left = record.warnings.filter(({ code }) => code === "flush-late" || code === "warmup-unflushed");
    assert.equal(record.resources!.bytesOutPerRequest === undefined, left.length > 0, spec);
  }
});

test("in the chain, unequal ratios and samplers of other bits break traces; equal ratios, parent-based samplers and tail:errors do not", async () => {
  const unequal = "by_service:ratio:0.4,inventory=ratio:0.6,payment=ratio:0.8";
  const unlike = "by_service:ratio:0.5,inventory=probability:0.5,payment=probability:0.5";
  const samplers = [unequal, `parentbased:(${unequal})`, unlike, "ratio:0.5", "tail:errors"];
  const classes = { declined: 0.2, unknown: 0.2 };
  const records = await measure("orders-chain", { samplers, classes }, isTraced);
  for (const [variant, record] of records) {
    assertServed(record);
    const { traces, spans } = record.fidelity!;
    assert.ok(traces.arrived > 0, variant);
    if (variant.startsWith("by_service")) {
      assert.ok(spans.violations > 0, variant);
      assert.ok(traces.whole < traces.arrived, variant);
    } else {
      assert.equal(spans.violations, 0, variant);
      assert.equal(traces.whole, traces.arrived, variant);
    }
  }
  assert.equal(records.size, samplers.length);
  // driver and spans agree on what failed, and all of it is kept whole
  const { errors, spanStatus, traces, requests } = records.get("tail:errors")!.fidelity!;
  assert.ok(errors.offered > 5 && errors.offered < requests);
  assert.deepEqual([errors.kept, spanStatus, traces.whole], [errors.offered, undefined, errors.offered]);
});
