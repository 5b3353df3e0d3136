/** A real Collector between service and sink. Skipped without its binary: npm run setup:collector. */
import assert from "node:assert/strict";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { COLLECTOR } from "../collector/programs.ts";
import type { TrialRecord } from "../record/trial-record.ts";
import { measure, run, temporaryFolder } from "./program.fixture.ts";

const isReady = existsSync(COLLECTOR.path());
const skip = isReady ? false : `no Collector: npm run ${COLLECTOR.setup}`;
const folder = temporaryFolder();
const ONE = ["--target", "bare:5", "--sampler", "always_on", "--phase", "latency"];

/** The one traced trial; nothing of it is unexplained. */
async function measureVia(collector: string, ...args: readonly string[]): Promise<TrialRecord> {
  const out = join(folder, `${[collector, ...args].join("-").replaceAll(/\W/g, "-")}.json`);
  const { results, stderr } = await measure(out, ...ONE, "--collector", collector, ...args);
  const record = results.records.find(({ trial }) => trial.variant !== "none");
  assert.equal(record?.ending, "completed", record?.failure ?? stderr);
  assert.equal(record.ledger!.residual, 0, JSON.stringify(record.ledger));
  return record;
}

for (const name of ["pass-through", "batch", "spanmetrics", "persistent-queue"])
  test(`${name}: exported = accepted = received`, { skip }, async () => {
    const { ledger, trial, collector } = await measureVia(name);
    assert.ok(ledger!.exported > 0);
    assert.deepEqual([ledger!.collector!.accepted, ledger!.received], [ledger!.exported, ledger!.exported]);
    assert.match(trial.variant, new RegExp(`via ${name}`));
    assert.ok(collector!.cpuUs! > 0 && collector!.rssPeakBytes! > 0);
  });

for (const [name, exporter] of [
  ["tail-sampling", "otlp-http/protobuf"],
  ["probabilistic-sampler", "otlp-grpc"],
])
  test(`${name}: what it rejects is booked as sampled out, and not as lost`, { skip }, async () => {
    const { ledger } = await measureVia(name!, "--exporter", exporter!);
    const { accepted, sampledOut } = ledger!.collector!;
    assert.equal(accepted, ledger!.exported);
    assert.ok(sampledOut > 0);
    assert.deepEqual([ledger!.received + sampledOut, ledger!.lostOnTheWay], [accepted, 0]);
  });

test("a backend that is down: what the Collector gives up has its cause", { skip }, async () => {
  const { ledger } = await measureVia("pass-through", "--backend", "refuse");
  const { sendFailed, droppedAtExit } = ledger!.collector!;
  assert.deepEqual([ledger!.received, sendFailed + droppedAtExit], [0, ledger!.exported]);
});

test("a configuration that the Collector refuses fails with its log", { skip }, async () => {
  const broken = join(folder, "broken.yaml");
  // oxlint-disable-next-line no-template-curly-in-string -- the Collector's own syntax
  writeFileSync(broken, 'exporters: { otlp_http: { traces_endpoint: "${env:SINK_URL}" } }');
  const { results } = await measure(join(folder, "broken.json"), ...ONE, "--collector", broken);
  const record = results.records.find(({ trial }) => trial.variant !== "none")!;
  assert.equal(record.ending, "failed");
  assert.match(record.failure!, /invalid configuration/);
});

test("mistakes exit with 2 and name what is missing", async () => {
  const unsent = join(folder, "unsent.yaml");
  writeFileSync(unsent, "exporters: { debug: }");
  const cases: readonly (readonly [string, RegExp])[] = [
    ["pass-throu", /did you mean "pass-through"/],
    ["absent.yaml", /absent\.yaml.*no such file/],
    ["pass-through,bin=/absent", /\/absent/],
    [`${unsent},bin=${process.execPath}`, /SINK_URL/],
  ];
  for (const [collector, expected] of cases) {
    const { exitCode, stderr } = await run("bench", ...ONE, "--collector", collector);
    assert.equal(exitCode, 2, stderr);
    assert.match(stderr, expected);
  }
  const { exitCode } = await run("bench", "--exporter", "zipkin", "--collector", `batch,bin=${process.execPath}`);
  assert.equal(exitCode, 2);
});

test("without its binary, the run names the command that builds it", { skip: isReady }, async () => {
  const { exitCode, stderr } = await run("bench", "--collector", "pass-through");
  assert.equal(exitCode, 2);
  assert.match(stderr, /npm run setup:collector/);
});
