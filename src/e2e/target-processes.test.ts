import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { temporaryFolder } from "../base/temporary-folder.fixture.ts";
import { entryPath } from "../target/paths.ts";
import { launch, lineage, requestIdOf, startSpanSink, type Measured, type SentSpan } from "./target-process.fixture.ts";
import type { TargetOptions } from "../target/protocol.ts";
import { targets } from "../target/services/index.ts";

const fixture = (name: string): string => join(import.meta.dirname, "target.fixture", name);

/** Starts every process of a target, in order; load goes to the last. */
async function launchAll(target: string, options: Partial<TargetOptions>): Promise<Measured[]> {
  const { kind, config } = targets.parse(target);
  const peers: Record<string, string> = {};
  const processes: Measured[] = [];
  for (const { service } of kind.services(config)) {
    const measured = await launch({ ...options, target, service, peers });
    processes.push(measured);
    peers[service] = (await measured.next("listening")).origin;
  }
  return processes;
}

/** Sends one request of every template to the last process; ids are the templates' positions. */
async function exercise(target: string, processes: readonly Measured[]): Promise<number> {
  const { origin } = await processes.at(-1)!.next("listening");
  const { requests } = targets.parse(target).kind;
  for (const [id, { method, path, headers, body, expect }] of requests.entries()) {
    const response = await fetch(origin + path.replace("{n}", "17"), {
      method,
      headers: { ...headers, "x-request-id": String(id) },
      ...(body !== undefined && { body: body.replaceAll("{n}", "17") }),
    });
    await response.arrayBuffer();
    assert.ok(expect.includes(response.status));
  }
  return requests.length;
}

interface Traced {
  readonly spans: readonly SentSpan[];
  readonly sent: number;
}

/** One run of each target serves all tests that look at its spans. */
const runs = new Map<string, Promise<Traced>>();

function spansOf(target: string): Promise<Traced> {
  const run = runs.get(target) ?? trace(target);
  runs.set(target, run);
  return run;
}

async function trace(target: string): Promise<Traced> {
  await using sink = await startSpanSink();
  const processes = await launchAll(target, { sampler: "always_on", endpoints: sink.endpoints });
  await using stack = new AsyncDisposableStack();
  processes.forEach((measured) => stack.use(measured));
  const sent = await exercise(target, processes);
  for (const measured of processes.toReversed()) {
    const { spans } = await measured.ask({ type: "finish", timeoutMs: 5000 }, "finished");
    assert.equal(spans?.unended, 0);
  }
  return { spans: sink.spans, sent };
}

function traceOf(id: number, spans: readonly SentSpan[]): readonly SentSpan[] {
  const root = spans.find((span) => span.parentSpanId === undefined && requestIdOf(span) === id);
  return spans.filter(({ traceId }) => traceId === root?.traceId);
}

function idOf(target: string, route: string, kind: string): number {
  return targets.parse(target).kind.requests.findIndex((r) => r.route === route && r.class === kind);
}

for (const target of ["orders", "express"]) {
  test(`${target} traces each request from the HTTP server down to its departments`, async () => {
    const { spans, sent } = await spansOf(target);
    assert.equal(new Set(spans.map(({ traceId }) => traceId)).size, sent);
    const placed = traceOf(idOf(target, "POST /orders", "ordinary"), spans);
    assert.equal(placed.length, 10);
    const charge = lineage(
      placed.find(({ name }) => name === "payment.charge")!,
      placed,
    );
    assert.equal(charge[0], "POST /orders");
    assert.deepEqual(charge.slice(-2), ["order.place", "payment.charge"]);
    const history = lineage(
      placed.find(({ name }) => name === "history.load")!,
      placed,
    );
    assert.deepEqual(history.slice(-3), ["order.place", "recommendation.suggest", "history.load"]);
    if (target === "orders") assert.deepEqual(charge.slice(1, 3), ["request", "handler - placeOrder"]);
    else assert.ok(charge.includes("request handler"));
  });

  test(`${target} records a declined payment's exception once, and ERROR up to the order`, async () => {
    const { spans } = await spansOf(target);
    const declined = traceOf(idOf(target, "POST /orders", "declined"), spans);
    const failed = declined.filter(({ status }) => status.code === 2).map(({ name }) => name);
    assert.deepEqual(failed.toSorted(), ["order.place", "payment.charge"]);
    const excepted = declined.filter(({ events }) => events.some(({ name }) => name === "exception"));
    assert.deepEqual(
      excepted.map(({ name }) => name),
      ["payment.charge"],
    );
    const ordinary = traceOf(idOf(target, "POST /orders", "ordinary"), spans);
    assert.ok(ordinary.every(({ status }) => status.code !== 2));
  });
}

test("bare:3 has three nested spans and nothing else", async () => {
  const { spans } = await spansOf("bare:3");
  assert.equal(spans.length, 3);
  assert.equal(requestIdOf(spans.find(({ parentSpanId }) => parentSpanId === undefined)!), 0);
  assert.deepEqual(new Set(spans.map((span) => lineage(span, spans).length)), new Set([1, 2, 3]));
});

test("orders-chain carries one trace over its five services", async () => {
  const { spans, sent } = await spansOf("orders-chain");
  assert.equal(new Set(spans.map(({ traceId }) => traceId)).size, sent);
  const placed = traceOf(idOf("orders-chain", "POST /orders", "ordinary"), spans);
  const servers = placed.filter(({ kind }) => kind === 2).map(({ service }) => service);
  assert.deepEqual(servers.toSorted(), ["gateway", "inventory", "order", "payment", "recommendation"]);
  const ids = new Set(placed.map(({ spanId }) => spanId));
  const roots = placed.filter(({ parentSpanId }) => parentSpanId === undefined || !ids.has(parentSpanId));
  assert.deepEqual(
    roots.map(({ service, name }) => [service, name]),
    [["gateway", "POST /orders"]],
  );
});

test("none loads no more of OpenTelemetry than the API, noop no SDK", async () => {
  const file = join(temporaryFolder(), "loads");
  const loads = async (sampler: string, target: string): Promise<string[]> => {
    const args = ["--import", pathToFileURL(fixture("opentelemetry-loads.mjs")).href, entryPath];
    await using measured = await launch({ sampler, target }, args, { LOADS_FILE: file });
    await exercise(target, [measured]);
    await measured.ask({ type: "finish", timeoutMs: 1000 }, "finished");
    return [...new Set(readFileSync(file, "utf8").split("\n").filter(Boolean))].toSorted();
  };
  for (const target of ["orders", "bare:5"]) {
    assert.deepEqual(await loads("none", target), ["@opentelemetry/api"], target);
  }
  const noop = await loads("noop", "orders");
  assert.ok(noop.includes("@opentelemetry/instrumentation-http") && noop.includes("@fastify/otel"));
  assert.ok(!noop.some((name) => /sdk|exporter|resources/.test(name)), noop.join(", "));
});

test("requests are counted in every variant, spans only if something traces", async () => {
  await using sink = await startSpanSink();
  for (const sampler of ["none", "always_off"]) {
    await using measured = await launch({ target: "orders", sampler, endpoints: sink.endpoints });
    const sent = await exercise("orders", [measured]);
    await measured.ask({ type: "flush" }, "flushed");
    const finished = await measured.ask({ type: "finish", timeoutMs: 2000 }, "finished");
    assert.equal(finished.requestsStarted, sent, sampler);
    assert.equal(finished.spans !== undefined, sampler === "always_off");
    measured.hangUp();
    assert.equal(await measured.exited, 0);
  }
  assert.equal(sink.spans.length, 0);
});

test("a process ends itself when the harness hangs up", async () => {
  await using measured = await launch({ target: "orders" });
  await measured.next("listening");
  measured.hangUp();
  assert.equal(await measured.exited, 0);
});

test("a target that cannot start reports the reason", async () => {
  await using wrongSampler = await launch({ target: "orders", sampler: "ration:0.1" });
  assert.match((await wrongSampler.next("failed")).message, /did you mean "ratio"/);
  assert.equal(await wrongSampler.exited, 1);
  await using wrongService = await launch({ target: "orders-chain", service: "unknown" });
  assert.match((await wrongService.next("failed")).message, /no service "unknown"/);
});
