/**
 * Whether simulate's tail decisions are those of the Collector's tail_sampling processor:
 * `node bench/tail-against-collector.ts --collector PATH traces.jsonl…`. The Collector needs the otlp receiver, the
 * tail_sampling processor and the file exporter. Each file is sent as OTLP, spans in the order of their ends, twice: all
 * in time, and with spans that come after the decision. Recordings without a status get failures: one span in every
 * tenth trace. Shows, policy by policy, the traces that both keep and those that only one keeps; exits with 1 if there
 * is one, or if a kept trace lacks a span.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { accessSync, constants, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { markdownTable } from "markdown-table";
import { UserError } from "../src/base/problem.ts";
import { accepting, freePorts } from "../src/run/processes/ports.ts";
import { assembleTraces } from "../src/simulate/assemble.ts";
import { keepsTrace } from "../src/simulate/collector-tail.ts";
import { Problems } from "../src/simulate/problems.ts";
import { readRecordedSpans } from "../src/simulate/read/recorded-spans.ts";
import type { RecordedSpan } from "../src/simulate/recorded-span.ts";
import { traceOf, type RecordedTrace } from "../src/simulate/recorded-trace.ts";
import type { TracePolicy } from "../src/target/kinds.ts";
import { samplers } from "../src/target/samplers/index.ts";
import { endWithMistakes } from "./script.ts";

/** Of the Collector. All spans that are in time are sent within it. */
const DECISION_WAIT_S = 6;
/** Of the simulation, which goes by recorded times: longer than any of these recordings, and shorter than LATE. */
const SIMULATED_WAIT_MS = 3_600_000;
const LATE_US = 2 * SIMULATED_WAIT_MS * 1000;
const SPANS_PER_MESSAGE = 500;
const READY_WITHIN_MS = 10_000;
const NEEDS = "the otlp receiver, tail_sampling and the file exporter";

const SAMPLERS = ["errors", "slow=250ms", "ratio=0.1", "errors,slow=250ms,ratio=0.1"].map((policies) => {
  const { kind, config } = samplers.parse(`tail:${policies},wait=${DECISION_WAIT_S}s`);
  const { processors } = kind.collector!(config) as { processors: { tail_sampling: object } };
  const policy: TracePolicy = { ...kind.wholeTrace!(config)!, wait: SIMULATED_WAIT_MS };
  return { name: policies, policy, processor: processors.tail_sampling };
});

async function readTraces(file: string): Promise<RecordedTrace[]> {
  const problems = new Problems();
  const traces: RecordedTrace[] = [];
  for await (const group of assembleTraces(readRecordedSpans(file, problems), Infinity, problems))
    traces.push(...group);
  return traces;
}

/** The traces with failures in every tenth, if there are none; `late`: every fourth also has its last span late, and failed. */
function prepared(traces: readonly RecordedTrace[], late: boolean): RecordedTrace[] {
  const hasFailures = traces.some(({ spans }) => spans.some(({ failed }) => failed));
  return traces.map((trace, at) => {
    const last = trace.spans.length - 1;
    const spans = trace.spans.map((span, row): RecordedSpan => {
      if (late && at % 4 === 1 && row === last && row > 0)
        return { ...span, startUs: span.startUs + LATE_US, failed: true };
      return !hasFailures && at % 10 === 0 && row === 0 ? { ...span, failed: true } : span;
    });
    return traceOf(spans, new Problems());
  });
}

/** The Collector's share: FNV-1a of a salt and the trace id, 64 bits (internal/sampling/probabilistic.go). */
function isInShare(traceId: string, ratio: number): boolean {
  let hash = 0xcbf29ce484222325n;
  for (const byte of Buffer.concat([Buffer.from("default-hash-seed"), Buffer.from(traceId, "hex")]))
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  return Number(hash) <= ratio * 2 ** 64;
}

/** Simulate's decision. It draws new ids, so the share goes by the Collector's own hash here. */
function keptBySimulate(traces: readonly RecordedTrace[], policy: TracePolicy): Map<string, number> {
  const kept = traces.filter(
    (trace) =>
      keepsTrace(trace, trace.traceId, { ...policy, ratio: 0 }) ||
      (policy.ratio > 0 && isInShare(trace.traceId, policy.ratio)),
  );
  return new Map(kept.map(({ traceId, spans }) => [traceId, spans.length]));
}

async function keptByCollector(binary: string, traces: readonly RecordedTrace[]): Promise<Map<string, number>[]> {
  const folder = mkdtempSync(join(tmpdir(), "spantoll-tail-"));
  const [port] = (await freePorts(1)) as [number];
  writeFileSync(join(folder, "config.yaml"), JSON.stringify(configuration(folder, port)));
  const collector = spawn(binary, ["--config", join(folder, "config.yaml")], { stdio: "ignore" });
  try {
    const url = `http://127.0.0.1:${port}/v1/traces`;
    const isUp = await accepting(port, Promise.race([once(collector, "exit"), sleep(READY_WITHIN_MS)]));
    if (isUp === undefined) throw new UserError(`--collector: does not listen; it needs ${NEEDS}`);
    await sendAll(url, traces);
    collector.kill("SIGTERM");
    await once(collector, "exit");
    return await Promise.all(SAMPLERS.map((_, at) => spansByTrace(join(folder, String(at)))));
  } finally {
    collector.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A pipeline for each sampler, with the processor that advise prints. */
function configuration(folder: string, port: number): object {
  const each = (of: (at: number) => [string, unknown]): Record<string, unknown> =>
    Object.fromEntries(SAMPLERS.map((_, at) => of(at)));
  return {
    receivers: { otlp: { protocols: { http: { endpoint: `127.0.0.1:${port}` } } } },
    processors: each((at) => [`tail_sampling/${at}`, SAMPLERS[at]!.processor]),
    exporters: each((at) => [`file/${at}`, { path: join(folder, String(at)) }]),
    service: {
      telemetry: { metrics: { level: "none" } },
      pipelines: each((at) => [
        `traces/${at}`,
        { receivers: ["otlp"], processors: [`tail_sampling/${at}`], exporters: [`file/${at}`] },
      ]),
    },
  };
}

/** In time: within the wait, in order of their ends. Late: when the decision has been made. */
async function sendAll(url: string, traces: readonly RecordedTrace[]): Promise<void> {
  const endUs = ({ startUs, durationUs }: RecordedSpan): number => startUs + durationUs;
  const spans = traces.flatMap((trace) => trace.spans).toSorted((a, b) => endUs(a) - endUs(b));
  const lateFrom = endUs(spans[0]!) + LATE_US / 2;
  const began = performance.now();
  await send(
    url,
    spans.filter((span) => endUs(span) < lateFrom),
  );
  const tookS = (performance.now() - began) / 1000;
  if (tookS > DECISION_WAIT_S - 1)
    throw new UserError(`sending took ${tookS.toFixed(1)} s, longer than the decision waits`);
  const late = spans.filter((span) => endUs(span) >= lateFrom);
  if (late.length === 0) return;
  await sleep((DECISION_WAIT_S + 4) * 1000);
  await send(url, late);
}

async function send(url: string, spans: readonly RecordedSpan[]): Promise<void> {
  for (let at = 0; at < spans.length; at += SPANS_PER_MESSAGE) {
    const written = spans.slice(at, at + SPANS_PER_MESSAGE).map((span) => ({
      traceId: span.traceId,
      spanId: span.spanId,
      ...(span.parentId !== undefined && { parentSpanId: span.parentId }),
      name: span.name,
      kind: span.kind,
      startTimeUnixNano: nanos(span.startUs),
      endTimeUnixNano: nanos(span.startUs + span.durationUs),
      status: { code: span.failed ? 2 : 0 },
    }));
    const body = JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: written }] }] });
    const response = await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body });
    if (!response.ok) throw new Error(`the Collector answered ${response.status}: ${await response.text()}`);
    await response.arrayBuffer();
  }
}

function nanos(us: number): string {
  return String(BigInt(Math.round(us * 1000)));
}

async function spansByTrace(file: string): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  if (statSync(file).size === 0) return counts;
  for await (const batch of readRecordedSpans(file, new Problems()))
    for (const { traceId } of batch) counts.set(traceId, (counts.get(traceId) ?? 0) + 1);
  return counts;
}

const { collector, files } = endWithMistakes(() => {
  const { values, positionals } = parseArgs({ options: { collector: { type: "string" } }, allowPositionals: true });
  if (values.collector === undefined) throw new UserError("--collector: expected the path of a Collector");
  if (positionals.length === 0) throw new UserError("expected trace files");
  try {
    accessSync(values.collector, constants.X_OK);
  } catch {
    throw new UserError(`--collector "${values.collector}": cannot be run`);
  }
  return { collector: values.collector, files: positionals };
});
const table = [
  ["file", "policy", "traces", "both keep", "only simulate", "only Collector", "kept spans", "missing spans"],
];
let differences = 0;
for (const file of files) {
  for (const late of [false, true]) {
    const traces = prepared(await readTraces(file), late);
    const received = await keptByCollector(collector, traces);
    for (const [at, { name, policy }] of SAMPLERS.entries()) {
      const [simulated, real] = [keptBySimulate(traces, policy), received[at]!];
      const both = [...simulated.keys()].filter((id) => real.has(id));
      const missing = both.reduce((sum, id) => sum + Math.abs(simulated.get(id)! - real.get(id)!), 0);
      const spans = both.reduce((sum, id) => sum + real.get(id)!, 0);
      const label = `${file.split("/").at(-1)!}${late ? ", late spans" : ""}`;
      const [ofOne, ofOther] = [simulated.size - both.length, real.size - both.length];
      const counts = [traces.length, both.length, ofOne, ofOther, spans, missing];
      table.push([label, name, ...counts.map(String)]);
      differences += ofOne + ofOther + missing;
    }
  }
}
console.log(markdownTable(table));
process.exitCode = differences === 0 ? 0 : 1;
