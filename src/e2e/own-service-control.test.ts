/** Services of the user's own that could be measured wrongly: each is measured right, or refused with the reason. */
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { execaSync } from "execa";
import { readResults } from "../record/file.ts";
import type { TrialRecord } from "../record/trial-record.ts";
import { runTogetherIn, temporaryFolder, TINY, writeJson } from "./program.fixture.ts";

const SERVICE = join(import.meta.dirname, "own-service.fixture");
const folder = temporaryFolder();
/** Exports soon: nothing is waited for at the end. */
const SOON = { processors: ["batch:delay=100ms"] };
/** What `npm start` runs. */
const OWN_SDK = "node --require ./tracing.cjs server.cjs";
const ONE = [{ route: "GET /items/:id", path: "/items/1" }];
/** What these checks add. */
const NEW_WARNINGS = ["requests-unaccounted", "traces-beyond-requests"];

async function measure(name: string, target: string, fields: object = {}) {
  const usual = { target, samplers: ["always_on"], reference: false, requests: ONE, phases: ["cost"] };
  const scenario = writeJson(folder, name, { ...usual, ...fields });
  const out = join(folder, `${name}-results.json`);
  const { exitCode, stdout, stderr } = await runTogetherIn(SERVICE, "bench", scenario, ...TINY, "--out", out);
  return { exitCode, stdout, stderr, records: (): TrialRecord[] => readResults(out).records };
}

/** A script beside the results, and the words that run it. */
function script(name: string, text: string): string {
  const path = join(folder, `${name}.cjs`);
  writeFileSync(path, text);
  return path;
}

const listen = (host: string, answer = "response.end()"): string =>
  `require("node:http").createServer(function (request, response) { ${answer} }).listen(process.env.PORT, "${host}");`;

/** Answers its first request late. */
const FIRST = `setTimeout(() => response.end(), this.isWarm ? 0 : 10_500); this.isWarm = true;`;

function assertMeasured(records: readonly TrialRecord[]): void {
  for (const { ending, failure, requests, warnings, resources } of records) {
    assert.equal(ending, "completed", failure);
    assert.equal(requests!.startedAtTarget, requests!.completedAtDriver);
    assert.ok(resources!.cpuUs > 0 && resources!.rssBytes! > 0);
    assertNoNewWarnings(warnings);
  }
}

function assertNoNewWarnings(warnings: TrialRecord["warnings"]): void {
  const codes = warnings.map(({ code }) => code);
  for (const code of NEW_WARNINGS) assert.ok(!codes.includes(code), code);
}

test("the workers of a cluster count as one service, also if it calls itself", async () => {
  const self = { route: "GET /items/self", path: "/items/self" };
  const { records } = await measure("cluster", "command:node cluster.cjs", { requests: [...ONE, self] });
  assertMeasured(records());
  const { ledger, roots, requests } = records().find(({ trial }) => trial.variant === "always_on")!;
  assert.ok(roots!.started >= requests!.startedAtTarget);
  assert.equal(ledger!.residual, 0);
});

test("a shell script that starts Node is measured", async () => {
  const path = join(folder, "start.sh");
  writeFileSync(path, `#!/bin/sh\nnode ${join(SERVICE, "server.cjs")}\n`);
  assertMeasured((await measure("script", `command:(sh ${path})`)).records());
});

for (const [name, text] of [
  ["listens on ::1 only", listen("::1")],
  ["loads at its first request", listen("127.0.0.1", FIRST)],
  ["needs time to listen", `setTimeout(() => { ${listen("127.0.0.1")} }, 1500);`],
] as const)
  test(`a service that ${name} is measured`, async () => {
    const path = script(name.replaceAll(/\W/g, "-"), text);
    assertMeasured((await measure(name.replaceAll(/\W/g, "-"), `command:(node ${path}),ready=30s`)).records());
  });

test("a service that listens too late is refused with the option", async () => {
  const path = script("late", `setTimeout(() => { ${listen("127.0.0.1")} }, 5000);`);
  const { exitCode, stdout } = await measure("late", `command:(node ${path}),ready=500ms`);
  assert.equal(exitCode, 3);
  assert.match(stdout, /ready=/);
});

const key = join(folder, "key.pem");
const certificate = join(folder, "certificate.pem");
const OPENSSL = `req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=localhost -keyout ${key} -out ${certificate}`;
const files = `{ key: fs.readFileSync("${key}"), cert: fs.readFileSync("${certificate}") }`;
const secure = `const fs = require("node:fs"); require("node:https").createServer(${files}, (_, response) => response.end()).listen(process.env.PORT, "127.0.0.1");`;
const second = `require("node:http2").createServer((_, response) => response.end()).listen(process.env.PORT, "127.0.0.1");`;
const child = `require("node:child_process").spawn("env", ["-u", "NODE_OPTIONS", "node", ${JSON.stringify(join(SERVICE, "server.cjs"))}], { stdio: "inherit" });`;

for (const [name, text, reason] of [
  ["speaks HTTPS", secure, /HTTPS/],
  ["speaks HTTP/2 only", second, /HTTP\/2/],
  ["redirects", listen("127.0.0.1", `response.writeHead(301, { location: "/new" }).end()`), /301.*\/new.*expect/],
  ["is served by a process without the instrumentation", child, /server\.cjs.*NODE_OPTIONS/],
] as const)
  test(`a service that ${name} is refused before it is measured`, async () => {
    const id = name.replaceAll(/\W/g, "-");
    if (text === secure) execaSync("openssl", OPENSSL.split(" "));
    const path = script(id, text);
    const { exitCode, stderr } = await measure(id, `command:(node ${path})`);
    assert.equal(exitCode, 2, stderr);
    assert.match(stderr, reason);
  });

test("a service that a process serves which the command has not started is refused", async () => {
  const strangers: Server[] = [];
  const system = createServer(({ url }, response) => {
    strangers.push(createServer((_, answer) => answer.end()).listen(Number(url!.slice(1)), "127.0.0.1"));
    response.end();
  });
  await new Promise<void>((resolve) => system.listen(0, "127.0.0.1", resolve));
  const { port } = system.address() as AddressInfo;
  const asks = `require("node:http").get("http://127.0.0.1:${port}/" + process.env.PORT); setInterval(() => {}, 1000);`;
  const target = `command:(node ${script("asks", asks)}),own_sdk`;
  const { exitCode, stderr } = await measure("daemon-of-the-system", target);
  for (const one of [system, ...strangers]) one.close().closeAllConnections();
  assert.equal(exitCode, 2, stderr);
  assert.match(stderr, /was not started by the command/);
});

test("a redirection that the scenario expects is measured", async () => {
  const path = script("expected", listen("127.0.0.1", `response.writeHead(301, { location: "/new" }).end()`));
  const requests = [{ ...ONE[0], expect: [301] }];
  assertMeasured((await measure("expected", `command:(node ${path})`, { requests })).records());
});

test("a service that registers a tracer provider of its own is refused without own_sdk", async () => {
  const { exitCode, stderr } = await measure("forgotten", `command:${OWN_SDK}`);
  assert.equal(exitCode, 2, stderr);
  assert.match(stderr, /OpenTelemetry itself|tracer provider/);
});

test("a baseline that has loaded an agent of its own is warned of", async () => {
  mkdirSync(join(folder, "node_modules/dd-trace"), { recursive: true });
  writeFileSync(join(folder, "node_modules/dd-trace/index.js"), "");
  const path = script("agent", `require("dd-trace"); ${listen("127.0.0.1")}`);
  const { records } = await measure("agent", `command:(node ${path})`);
  const warned = records().filter(({ warnings }) => warnings.some(({ message }) => message.includes("dd-trace")));
  assert.deepEqual(
    warned.map(({ trial }) => trial.variant),
    ["none"],
  );
});

test("so is one that registers it after the control, before a wrong figure is printed", async () => {
  const scenario = writeJson(folder, "registers-late", { target: "bare", requests: ONE });
  const args = "--phase cost --no-reference --rounds 1 --duration 4s --warmup 200ms --rate 50/s".split(" ");
  const run = ["bench", scenario, "--target", "command:(WRONG=late node wrong.cjs)", "--sampler", "always_on", ...args];
  const { exitCode, stdout, stderr } = await runTogetherIn(
    SERVICE,
    ...run,
    "--out",
    join(folder, "late-provider.json"),
  );
  assert.equal(exitCode, 2, stderr);
  assert.match(stderr, /tracer provider.*own_sdk/);
  assert.equal(stdout, "");
});

test("a none_command whose SDK is merely disabled is no bare baseline", async () => {
  const { exitCode, stderr } = await measure("loaded", `command:${OWN_SDK},own_sdk,none_command=(${OWN_SDK})`);
  assert.equal(exitCode, 2, stderr);
  assert.match(stderr, /none_command.*with tracing.*SPANTOLL_TRACING=off/);
});

test("own_sdk without an SDK is refused", async () => {
  const { exitCode, stderr } = await measure("no-sdk", "command:node server.cjs,own_sdk");
  assert.equal(exitCode, 2, stderr);
  assert.match(stderr, /no span.*own_sdk/);
});

test("with own_sdk the baseline is noop, and none if none_command runs the service without tracing", async () => {
  const loaded = await measure("noop", `command:${OWN_SDK},own_sdk`, SOON);
  assert.match(loaded.stdout, /against noop/);
  const bare = await measure("bare", `command:${OWN_SDK},own_sdk,none_command=(node server.cjs)`, SOON);
  assert.match(bare.stdout, /against no tracing/);
  for (const { records } of [loaded, bare])
    for (const { ending, failure, resources, outside, trial, warnings } of records()) {
      assertNoNewWarnings(warnings);
      assert.equal(ending, "completed", failure);
      assert.ok(resources!.rssBytes! > 0);
      assert.deepEqual([resources!.gcMs, resources!.heapBytes], [undefined, undefined]);
      if (trial.variant !== "none") assert.ok(outside!.received > 0);
    }
});

test("an instrumentation that cannot be loaded is named, and why", async () => {
  const lone = join(folder, "node_modules/@lone/instrumentation");
  mkdirSync(lone, { recursive: true });
  writeFileSync(join(lone, "index.js"), "exports.LoneInstrumentation = class {};");
  const target = `command:node ${script("lone", listen("127.0.0.1"))}`;
  const missing = await measure("missing-one", target, { instrumentations: ["@gone/instrumentation"] });
  assert.match(missing.stdout + missing.stderr, /@gone\/instrumentation is not installed/);
  const apart = await measure("lone-one", target, { instrumentations: ["@lone/instrumentation"] });
  assert.match(apart.stdout + apart.stderr, /@lone\/instrumentation has no @opentelemetry\/api beside it/);
});
