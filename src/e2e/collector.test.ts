/** A real Collector between service and sink. Skipped without its binary: npm run setup:collector. */
import assert from "node:assert/strict";
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { runWithoutNone } from "../run/run-plan.fixture.ts";
import { withinTime } from "../base/clock.ts";
import { collectors } from "../collector/index.ts";
import { CollectorProcess } from "../run/collector/collector-process.ts";
import { Deadline } from "../run/processes/deadline.ts";
import { folder, killWhenLoaded, measureAll, measureVia, noCollector as skip, ONE } from "./collector.fixture.ts";
import { measure, runTogether } from "./program.fixture.ts";

const READY_MADE = join(import.meta.dirname, "../../collectors");

const LIMITED = "rate-limit:20,wait=3s";
const ACCEPTING = ["pass-through", "batch", "spanmetrics", "persistent-queue"];

/** One run for all that the same load shows, and one for those whose backend is down. */
let healthy: Awaited<ReturnType<typeof measureAll>>;
let down: typeof healthy;
before(async () => {
  if (skip !== false) return;
  healthy = await measureAll([...ACCEPTING, "tail-sampling", LIMITED]);
  down = await measureAll(["pass-through", "persistent-queue"], { backends: ["refuse"] });
});

for (const name of ACCEPTING)
  test(`${name}: exported = accepted = received`, { skip }, () => {
    const { ledger, trial, collector } = healthy(name);
    assert.ok(ledger!.exported > 0);
    assert.deepEqual([ledger!.collector!.accepted, ledger!.received], [ledger!.exported, ledger!.exported]);
    assert.match(trial.variant, new RegExp(`via ${name}`));
    assert.ok(collector!.cpuUs! > 0 && collector!.rssPeakBytes! > 0);
    assert.match(collector!.version!, /^\d+\.\d+\.\d+/);
  });

for (const [name, measured] of [
  ["tail-sampling", () => healthy("tail-sampling")],
  ["probabilistic-sampler", () => measureVia("probabilistic-sampler", { exporters: ["otlp-grpc"] })],
] as const)
  test(`${name}: what it rejects is booked as sampled out, and not as lost`, { skip }, async () => {
    const { ledger } = await measured();
    const { accepted, sampledOut } = ledger!.collector!;
    assert.equal(accepted, ledger!.exported);
    assert.ok(sampledOut > 0);
    assert.deepEqual([ledger!.received + sampledOut, ledger!.lostOnTheWay], [accepted, 0]);
  });

test(
  "tail-sampling with too little memory: traces dropped before their decision are counted and named",
  { skip },
  async () => {
    const { collector, warnings } = await measureVia("tail-sampling:wait=1s,traces=5", { duration: "3s" });
    assert.ok(collector!.tailTraces! >= collector!.tracesDroppedEarly! && collector!.tracesDroppedEarly! > 0);
    assert.ok(warnings.some(({ code }) => code === "traces-dropped-early"));
  },
);

test("a limit of spans a second is not cut short: all traces are decided before the end", { skip }, () => {
  const { collector, load, warnings } = healthy(LIMITED);
  assert.ok(collector!.tailTraces! >= load!.completed, JSON.stringify(collector));
  // none of them within the window
  assert.equal(collector!.cpuUs, undefined);
  assert.ok(warnings.some(({ code }) => code === "collector-cpu-unknown"));
});

test("the wait of a sampler counts in the time limits of the warm-up and the window", { skip }, async () => {
  const own = { collectors: ["spanmetrics:behind=tail_sampling,wait=1s"], samplers: ["always_on"], reference: false };
  const fields = { target: "bare:1", ...own, phases: ["latency"], rounds: 1 };
  const windows = { duration: "400ms", warmup: "200ms", timeout: "300ms" };
  const planned: Record<string, number> = {};
  class Recorded extends Deadline {
    override begin(stage: string, ms: number): void {
      planned[stage] = ms;
      super.begin(stage, ms);
    }
  }
  const { records } = await runWithoutNone({ ...fields, ...windows }, { deadline: new Recorded(30_000) });
  assert.equal(records[0]!.ending, "completed", records[0]!.failure);
  for (const [stage, loadMs] of [
    ["warm-up", 200],
    ["window", 400],
  ] as const)
    assert.ok(planned[stage]! >= loadMs + 1000, JSON.stringify(planned));
});

test("a Collector that is killed while its sampler waits is not waited for", { skip }, async () => {
  const url = "http://127.0.0.1:9";
  const collector = await CollectorProcess.start({
    spec: collectors.parse("rate-limit:20,wait=60s"),
    endpoints: { otlpHttp: url, otlpGrpc: url, otlpMetrics: url, zipkin: url },
    protocol: "otlpHttp",
    cores: undefined,
    signal: new AbortController().signal,
    deadline: new Deadline(0),
  });
  const finished = collector.finish();
  await sleep(1000);
  await collector.kill();
  assert.equal(await withinTime(finished, 30_000), true);
});

test("a backend that is down: what the Collector gives up has its cause", { skip }, () => {
  const { ledger } = down("pass-through");
  const { sendFailed, droppedAtExit } = ledger!.collector!;
  assert.deepEqual([ledger!.received, sendFailed + droppedAtExit], [0, ledger!.exported]);
});

test("memory_limiter refuses: the SDK loses what it gives up, and the Collector nothing", { skip }, async () => {
  const exporters = ["otlp-http/protobuf:timeout=500ms"];
  const { ledger } = await measureVia("memory-limiter", { exporters, rate: "1500/s", warmup: "200ms", duration: "3s" });
  const { accepted, refused } = ledger!.collector!;
  assert.ok(refused! > 0, JSON.stringify(ledger));
  assert.deepEqual([accepted, ledger!.received], [ledger!.exported, ledger!.exported]);
});

test("a full queue behind a batch loses spans that were accepted", { skip }, async () => {
  const text = readFileSync(join(READY_MADE, "batch.yaml"), "utf8");
  const queue = "sending_queue: { queue_size: 1, num_consumers: 1 }, compression: none";
  const full = join(folder, "full.yaml");
  writeFileSync(full, text.replace("compression: none", queue).replace("8192", "200"));
  // five of the Collector's batches within the window alone, and it sends one a second
  const sent = { processors: ["batch:batch=100,delay=50ms"], rate: "400/s", duration: "500ms" };
  const { ledger } = await measureVia(full, { backends: ["slow:1s"], ...sent });
  assert.ok(ledger!.collector!.enqueueFailed > 0, JSON.stringify(ledger));
});

test("a queue on disk that cannot be sent is left on disk", { skip }, () => {
  const { ledger } = down("persistent-queue");
  assert.deepEqual([ledger!.collector!.leftOnDisk, ledger!.received], [ledger!.exported, 0]);
});

test("a Collector that is killed: what it held died with it, and the trial goes on", { skip }, async () => {
  const own = join(folder, "killed.yaml");
  copyFileSync(join(READY_MADE, "pass-through.yaml"), own);
  const sent = { exporters: ["otlp-http/protobuf:timeout=500ms"], processors: ["batch:delay=50ms"] };
  const killed = measureVia(own, { ...sent, backends: ["hang"], duration: "4s" });
  const [record] = await Promise.all([killed, killWhenLoaded(own, killed)]);
  const { collector, exportFailed } = record.ledger!;
  assert.equal(collector!.accepted, undefined);
  assert.ok(collector!.diedWith > 0 && Object.keys(exportFailed).length > 0, JSON.stringify(record.ledger));
  assert.ok(record.warnings.some(({ code }) => code === "collector-died"));
});

test("placement: each way to sample has the bill of its processes, and no span is unexplained", { skip }, async () => {
  const out = join(folder, "placement.json");
  const { results, stdout, stderr } = await measure(out, "placement");
  assert.match(stdout, /Where to sample/);
  const ways = results.records.filter(({ trial }) => trial.variant.includes(" via "));
  assert.equal(ways.length, 5);
  for (const { trial, ledger, resources, collector, fidelity, failure, warnings } of ways) {
    assert.equal(ledger?.residual, 0, `${trial.variant}: ${failure ?? stderr}`);
    assert.equal(collector!.bytesIn! > 0, ledger.exported > 0);
    const isUnknown = warnings.some(({ code }) => code === "collector-cpu-unknown");
    assert.equal(isUnknown, /tail-sampling|rate-limit/.test(trial.variant));
    const bill = [resources!.cpuUs, ...(isUnknown ? [] : [collector!.cpuUs]), collector!.rssPeakBytes];
    assert.ok(
      bill.every((value) => value! > 0),
      `${trial.variant}: ${bill.join(", ")}`,
    );
    const { errors } = fidelity!;
    if (trial.variant.includes("tail-sampling")) assert.equal(errors.kept, errors.offered);
  }
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
    const { exitCode, stderr } = await runTogether("bench", ...ONE, "--collector", collector);
    assert.equal(exitCode, 2, stderr);
    assert.match(stderr, expected);
  }
  const kept = await runTogether("bench", "--keep-jaeger");
  assert.equal(kept.exitCode, 2);
  assert.match(kept.stderr, /--collector jaeger/);
  const zipkin = ["--exporter", "zipkin", "--collector", `batch,bin=${process.execPath}`];
  const { exitCode } = await runTogether("bench", ...zipkin);
  assert.equal(exitCode, 2);
});

test("without its binary, the run names the command that builds it", { skip: skip === false }, async () => {
  const { exitCode, stderr } = await runTogether("bench", "--collector", "pass-through");
  assert.equal(exitCode, 2);
  assert.match(stderr, /npm run setup:collector/);
});
