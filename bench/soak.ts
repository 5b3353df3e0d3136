/**
 * The whole chain for long: `npm run soak [-- --spans 10000000 --minutes 5 --per-request 50 --connections 4]`
 *
 * A real service (`bare`) with always_on, the real SDK and the sink, loaded in a closed loop until so many spans are
 * started or time is up. Prints throughput and memory on the way, and the ledger at the end. Exit code 1 if the ledger
 * has a residual, or if the sink's memory still grows after its bounded table of ids is full.
 */
import { median } from "../src/base/median.ts";
import { count } from "../src/base/units.ts";
import { spanFate } from "../src/report/span-fate.ts";
import { exporters } from "../src/target/exporters/index.ts";
import { processors } from "../src/target/processors/index.ts";
import { samplers } from "../src/target/samplers/index.ts";
import { targets } from "../src/target/services/index.ts";
import { cpuBetween, readCpu } from "../src/run/measure/accounting.ts";
import { readLedger } from "../src/run/measure/ledger-reading.ts";
import { LoadProcess } from "../src/run/processes/load-process.ts";
import { Meter } from "../src/run/measure/meter.ts";
import { findPinning } from "../src/run/processes/pinning.ts";
import { SinkProcess } from "../src/run/processes/sink-process.ts";
import { TargetProcesses } from "../src/run/processes/target-processes.ts";
import { memoryOf } from "./peers/memory.ts";
import { scriptOptions } from "./script-options.ts";

/** Figures are printed between slices of load. */
const SLICE_MS = 5000;
const LOOK_EVERY_MS = 500;
/** Two generations of ids, see src/sink/count: from here on the sink has all the memory it needs. */
const TABLE_FULL_AFTER = 2 * 3_145_728;
/** Of the median of the later half of the readings over that of the earlier. */
const MAY_GROW = 1.1;
const LEAST_READINGS = 20;

const {
  spans: wanted,
  minutes,
  "per-request": perRequest,
  connections,
  processor,
  exporter,
} = scriptOptions({
  spans: [count(), "10000000"],
  minutes: [count(), "5"],
  "per-request": [count(), "50"],
  connections: [count(), "4"],
  processor: [processors.codec, "batch:queue=16384,batch=4096"],
  exporter: [exporters.codec, "otlp-http/protobuf"],
});
const variant = { id: "always_on", sampler: samplers.parse("always_on"), processor, exporter };
const target = targets.parse(`bare:${perRequest}`);
const { pinning } = findPinning();
const deadlineMs = performance.now() + minutes * 60_000;

const [sink, load] = [new SinkProcess(pinning?.others), new LoadProcess(pinning?.others)];
await Promise.all([sink.ready, load.ready]);
const endpoints = await sink.open({ id: "soak", condition: "healthy", seed: 1, keepSpans: false });
const service = await TargetProcesses.start({
  target,
  variant,
  endpoints,
  cores: pinning?.target,
  node: process.execPath,
  seed: 1,
  counted: true,
  sdkReports: false,
  signal: new AbortController().signal,
});
const meter = new Meter({ target: service, driverPid: load.child.pid, sinkPid: sink.child.pid });
const cpuBefore = { target: service.readCpu(), sink: readCpu([sink.child.pid]) };

console.log(`${target.text}, always_on, ${processor.text}, ${exporter.text}, ${connections} connections`);
const readings: { readonly spans: number; readonly sinkBytes: number }[] = [];
const startMs = performance.now();
let started = 0;
const looking = setInterval(() => {
  readings.push({ spans: started, sinkBytes: memoryOf(sink.child.pid).rssBytes });
}, LOOK_EVERY_MS);
while (started < wanted && performance.now() < deadlineMs) await loadSlice();
clearInterval(looking);
const loadedMs = performance.now() - startMs;
await printLedger();
await Promise.all([service.stop(), sink.child.stop(), load.child.stop()]);

async function loadSlice(): Promise<void> {
  const sliceMs = performance.now();
  const job = {
    driver: "autocannon",
    targets: [{ id: "soak", origin: service.origin }],
    requests: target.kind.requests,
    seed: 1,
    ratePerSecond: 1,
    arrivals: "uniform",
    connections,
    warmupMs: 0,
    durationMs: SLICE_MS,
    timeoutMs: 10_000,
    keepRequests: false,
  } as const;
  const [loadResult] = await load.run(job, {
    warm: async () => undefined,
    opened: () => undefined,
    closed: () => undefined,
  });
  const spans = loadResult!.lifetime.completed * perRequest;
  started += spans;
  const perSecond = whole(spans / ((performance.now() - sliceMs) / 1000));
  const [sinkMb, targetMb] = [sink.child.pid, service.lines[0]!.hello.pid].map((pid) =>
    megabytes(memoryOf(pid).rssBytes),
  );
  console.log(`${whole(started)} spans: ${perSecond} spans/s; resident: sink ${sinkMb} MB, service ${targetMb} MB`);
}

async function printLedger(): Promise<void> {
  const cpu = (before: typeof cpuBefore.sink, after: typeof before): string =>
    ((cpuBetween(before, after)?.totalUs ?? Number.NaN) / started).toFixed(2);
  const [targetUs, sinkUs] = [cpu(cpuBefore.target, service.readCpu()), cpu(cpuBefore.sink, readCpu([sink.child.pid]))];
  const trial = { id: "soak", block: 1, round: 1, phase: "capacity", variant: variant.id, seed: 1 } as const;
  const { ledger, sink: counts } = await readLedger(sink, { trial, variant, target: service, meter });
  const fate = spanFate([{ ledger }])!;
  console.log(
    `${whole(fate.started)} spans in ${(loadedMs / 1000).toFixed(0)} s (${whole(fate.started / (loadedMs / 1000))} spans/s); CPU/span: service ${targetUs} µs, sink ${sinkUs} µs`,
  );
  if (fate.started < wanted) console.log(`time was up before ${whole(wanted)} spans`);
  console.log(
    `received ${whole(fate.received)}, arrived twice ${whole(fate.duplicates)}, residual ${ledger!.residual}`,
  );
  for (const { cause, spans } of fate.lost) console.log(`lost: ${cause} ${whole(spans)}`);
  if (counts.idWindowExceeded) console.log("unique ids are known over the last 3.1 million and more");
  const grows = memoryGrows(fate.received / fate.started);
  if (ledger!.residual > 0 || grows) process.exitCode = 1;
}

/** Whether the sink's memory grew after its table of ids was full. */
function memoryGrows(receivedShare: number): boolean {
  const settled = readings.filter(({ spans }) => spans * receivedShare > TABLE_FULL_AFTER);
  if (settled.length < LEAST_READINGS) {
    console.log(`sink memory: not judged, since it may grow until ${whole(TABLE_FULL_AFTER)} ids fill its table`);
    return false;
  }
  const half = Math.floor(settled.length / 2);
  const [earlier, later] = [settled.slice(0, half), settled.slice(half)].map((part) =>
    median(part.map(({ sinkBytes }) => sinkBytes))!,
  ) as [number, number];
  const most = Math.max(...readings.map(({ sinkBytes }) => sinkBytes));
  const grows = later > MAY_GROW * earlier;
  console.log(
    `sink memory with a full table of ids: median ${megabytes(earlier)} MB, later ${megabytes(later)} MB, ${grows ? "GROWS" : "flat"}; at most ${megabytes(most)} MB (${readings.length} readings, one every ${LOOK_EVERY_MS} ms)`,
  );
  return grows;
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(0);
}

function whole(value: number): string {
  return Math.round(value).toLocaleString("en");
}
