/** A service that the harness did not write, with an SDK of its own and without. */
import assert from "node:assert/strict";
import { globSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { readResults } from "../record/file.ts";
import type { Results } from "../record/results.ts";
import { run, start, temporaryFolder, TINY } from "./program.fixture.ts";

const SERVICE = join(import.meta.dirname, "own-service.fixture");
const folder = temporaryFolder();

const requests = [
  { route: "GET /items/:id", path: "/items/{n}", weight: 9 },
  { route: "GET /items/:id", class: "unknown", path: "/items/absent", weight: 1, expect: [404] },
];

async function measureService(name: string, target: string): Promise<Results> {
  const scenario = join(folder, `${name}.json`);
  writeFileSync(
    scenario,
    JSON.stringify({ about: "Is it measured?", target, samplers: ["ratio:0.5"], phases: ["latency"], requests }),
  );
  const out = join(folder, `${name}-results.json`);
  // next to no warm-up: it sends as many requests as there is time for, and spans of both variants are compared
  const { stderr } = await start(["bench", scenario, ...TINY, "--warmup", "1ms", "--out", out], SERVICE);
  assert.match(stderr, /results: /);
  return readResults(out);
}

/** One trial without tracing: its record, and how the run ended. */
async function measureUntraced(
  name: string,
  target: string,
  load: readonly object[],
  ...options: string[]
): Promise<{ exitCode: number | undefined; record: Results["records"][number] }> {
  const scenario = join(folder, `${name}.json`);
  const fields = { samplers: ["none"], reference: false, phases: ["latency"], requests: load };
  writeFileSync(scenario, JSON.stringify({ about: "?", target, ...fields }));
  const out = join(folder, `${name}-results.json`);
  const { exitCode, stderr } = await run("bench", scenario, ...TINY, ...options, "--out", out);
  assert.ok(exitCode === 0 || exitCode === 1, stderr);
  return { exitCode, record: readResults(out).records[0]! };
}

/** Command lines of the processes that have `text` in theirs. */
function commandsWith(text: string): string[] {
  return globSync("/proc/*/cmdline").flatMap((path) => {
    try {
      return readFileSync(path, "utf8").includes(text) ? [readFileSync(path, "utf8")] : [];
    } catch {
      return [];
    }
  });
}

test("a service with its own SDK is configured by OTEL_* variables, and its ledger is what is known from outside", async () => {
  const { records } = await measureService("own-sdk", "command:npm start,own_sdk");
  const byVariant = new Map(records.map((record) => [record.trial.variant, record]));
  for (const record of records) {
    assert.equal(record.ending, "completed", record.failure);
    assert.ok(record.load!.completed > 0);
    assert.ok(record.resources!.cpuUsPerRequest > 0);
    assert.equal(record.ledger, undefined);
    const told = record.warnings.some(({ code }) => code === "flush-outside");
    assert.equal(told, record.trial.variant !== "none");
    const unnamed = record.warnings.some(({ code }) => code === "requests-unnamed");
    assert.equal(unnamed, record.trial.variant !== "none");
    assert.equal(record.fidelity, undefined, "nobody knows which requests were kept, and 0 would be wrong");
  }
  assert.equal(byVariant.get("none")!.outside, undefined);
  const everything = byVariant.get("always_on")!.outside!.received;
  const sampled = byVariant.get("ratio:0.5")!.outside!.received;
  assert.ok(everything > 0);
  assert.ok(sampled > 0 && sampled < everything, `${sampled} of ${everything}`);
});

test("where its spans say of which request they are, what it keeps is judged", async () => {
  const { records } = await measureService("own-sdk-named", "command:(NAME_REQUESTS=1 npm start),own_sdk");
  for (const { trial, warnings, fidelity } of records) {
    assert.ok(warnings.every(({ code }) => code !== "requests-unnamed"));
    if (trial.variant === "none") continue;
    assert.ok(fidelity!.traces.arrived > 0);
    if (trial.variant === "ratio:0.5") assert.ok(fidelity!.traces.arrived < fidelity!.requests);
  }
});

test("a service without an SDK gets tracing by a preload, and a whole ledger", async () => {
  const { records } = await measureService("preloaded", "command:node server.cjs");
  for (const record of records) {
    assert.equal(record.ending, "completed", record.failure);
    assert.equal(record.requests!.startedAtTarget, record.requests!.completedAtDriver);
    if (record.trial.variant === "none") continue;
    assert.equal(record.ledger!.residual, 0);
    assert.equal(record.ledger!.received, record.ledger!.exported);
    assert.ok(record.ledger!.started > 0);
  }
});

test("the garbage of starting is collected before the first request, so that V8 does not do it in mid-warm-up", async () => {
  const told = join(folder, "collections.txt");
  const script = join(folder, "collections.cjs");
  writeFileSync(
    script,
    `
    const { constants, PerformanceObserver } = require("node:perf_hooks");
    let collections = 0;
    new PerformanceObserver((list) => {
      for (const { detail } of list.getEntries()) if (detail.kind === constants.NODE_PERFORMANCE_GC_MAJOR) collections++;
    }).observe({ entryTypes: ["gc"] });
    require("node:http")
      .createServer((request, response) => {
        if (request.url === "/items/1") require("node:fs").appendFileSync(${JSON.stringify(told)}, collections + " ");
        response.end("{}");
      })
      .listen(process.env.PORT, "127.0.0.1");`,
  );
  const load = [{ route: "GET /items/:id", path: "/items/1", weight: 1 }];
  await measureUntraced("collections", `command:(node ${script})`, load);
  assert.notEqual(readFileSync(told, "utf8").split(" ")[0], "0");
});

test("a service that answers without the instrumentation is a failed trial that tells what is missing", async () => {
  const target = `command:(env -u NODE_OPTIONS node ${join(SERVICE, "server.cjs")})`;
  const { exitCode, record } = await measureUntraced("bare", target, requests);
  assert.equal(exitCode, 1);
  assert.match(record.failure!, /accepts connections, but .* let NODE_OPTIONS through/);
});

test("a service that does not start is a failed trial that tells what the service said", async () => {
  const scenario = join(folder, "broken.json");
  writeFileSync(
    scenario,
    JSON.stringify({
      about: "?",
      target: "command:(node -e 'throw new Error(`no database`)')",
      phases: ["latency"],
      reference: false,
      requests,
    }),
  );
  const out = join(folder, "broken-results.json");
  const { exitCode } = await run("bench", scenario, ...TINY, "--out", out);
  assert.equal(exitCode, 1);
  for (const record of readResults(out).records) {
    assert.equal(record.ending, "failed");
    assert.match(record.failure!, /no database/);
  }
});

test("a service that blocks its event loop fails its trial, and holds up no run", async () => {
  const program = `
    const server = require("node:http").createServer((request, response) => {
      if (request.url === "/items/block") Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
      response.end("{}");
    });
    server.listen(process.env.PORT, "127.0.0.1");`;
  const script = join(folder, "blocking.cjs");
  writeFileSync(script, program);
  const load = [
    { route: "GET /items/:id", path: "/items/1", weight: 30 },
    { route: "GET /items/block", path: "/items/block", weight: 1 },
  ];
  const target = `command:(node ${script})`;
  const { exitCode, record } = await measureUntraced("blocking", target, load, "--timeout", "300ms");
  assert.equal(exitCode, 1);
  assert.equal(record.ending, "failed");
  assert.match(record.failure!, /service did not answer the harness's "usage" within 10s: its event loop is blocked/);
  assert.deepEqual(commandsWith(script), [], "the service is ended all the same");
});

test("a sampler that OTEL_* variables cannot express is refused before anything starts", async () => {
  const scenario = join(folder, "tail.json");
  writeFileSync(
    scenario,
    JSON.stringify({ about: "?", target: "command:(node server.cjs),own_sdk", samplers: ["tail:errors"], requests }),
  );
  const { exitCode, stderr } = await run("bench", scenario, ...TINY, "--out", join(folder, "x.json"));
  assert.equal(exitCode, 2);
  assert.match(stderr, /sampler "tail:errors" cannot be set from outside/);
});
