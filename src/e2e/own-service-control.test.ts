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
import { ControlFailure } from "../run/target/control-failure.ts";
import { freePorts } from "../run/processes/ports.ts";
import { controlOwnSdk } from "../run/own-sdk-control.ts";
import { ITEM as ONE, measureTarget, SERVICE, startOnce, withTarget } from "./check.fixture.ts";
import { runTogetherIn, temporaryFolder, TINY, writeJson } from "./program.fixture.ts";

const folder = temporaryFolder();
/** Exports soon: nothing is waited for at the end. */
const SOON = { processors: ["batch:delay=100ms"] };
/** What `npm start` runs. */
const OWN_SDK = "node --require ./tracing.cjs server.cjs";
/** What these checks add. */
const NEW_WARNINGS = ["requests-unaccounted", "traces-beyond-requests"];

process.chdir(SERVICE);

/** As a user runs it. */
async function bench(name: string, target: string, fields: object = {}) {
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

/** A run ends with 2 and prints this. */
function assertRefused(started: Promise<unknown>, reason: RegExp): Promise<void> {
  return assert.rejects(started, (error) => {
    assert.ok(error instanceof ControlFailure, String(error));
    assert.match(error.message, reason);
    return true;
  });
}

function assertNoNewWarnings(warnings: TrialRecord["warnings"]): void {
  const codes = warnings.map(({ code }) => code);
  for (const code of NEW_WARNINGS) assert.ok(!codes.includes(code), code);
}

test("the workers of a cluster count as one service, also if it calls itself", async () => {
  const self = { route: "GET /items/self", path: "/items/self" };
  const records = await measureTarget("command:node cluster.cjs", { requests: [...ONE, self] });
  assertMeasured(records);
  const { ledger, roots, requests } = records.find(({ trial }) => trial.variant === "always_on")!;
  assert.ok(roots!.started >= requests!.startedAtTarget);
  assert.equal(ledger!.residual, 0);
});

test("a shell script that starts Node is measured", async () => {
  const path = join(folder, "start.sh");
  writeFileSync(path, `#!/bin/sh\nnode ${join(SERVICE, "server.cjs")}\n`);
  assertMeasured(await measureTarget(`command:(sh ${path})`));
});

for (const [name, text] of [
  ["listens on ::1 only", listen("::1")],
  ["loads at its first request", listen("127.0.0.1", FIRST)],
  ["needs time to listen", `setTimeout(() => { ${listen("127.0.0.1")} }, 1500);`],
  [
    "listens elsewhere long before",
    `require("node:http").createServer().listen(0); setTimeout(() => { ${listen("127.0.0.1")} }, 6000);`,
  ],
] as const)
  test(`a service that ${name} is measured`, async () => {
    const path = script(name.replaceAll(/\W/g, "-"), text);
    assertMeasured(await measureTarget(`command:(node ${path}),ready=30s`));
  });

const [fixedPort] = await freePorts(1);
for (const [what, text, fix] of [
  ["too late", `setTimeout(() => { ${listen("127.0.0.1")} }, 8000);`, /within 2s.*: give ready=/],
  [
    "at the same port in each variant",
    `require("http").createServer().listen(${fixedPort}, "127.0.0.1")`,
    /have it .* PORT/,
  ],
  ["at a port of its own", 'require("http").createServer().listen(0, "127.0.0.1")', /at port \d+: have it .* PORT/],
  [
    "on another address",
    'require("http").createServer().listen(+process.env.PORT, "127.0.0.2")',
    /: have it .* 127\.0\.0\.1/,
  ],
] as const)
  test(`a service that listens ${what} is refused with what to do`, async () => {
    const path = script(what.replaceAll(" ", "-"), text);
    const isKnownEarly = what !== "too late";
    for (const { ending, failure } of await measureTarget(`command:(node ${path})${isKnownEarly ? "" : ",ready=2s"}`))
      assert.deepEqual(
        [ending, fix.test(failure!), !/ within \d/.test(failure!)],
        ["failed", true, isKnownEarly],
        failure,
      );
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
    if (text === secure) execaSync("openssl", OPENSSL.split(" "));
    const path = script(name.replaceAll(/\W/g, "-"), text);
    await assertRefused(startOnce(`command:(node ${path})`, "none"), reason);
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
  await assertRefused(startOnce(target, "always_on"), /was not started by the command/);
  for (const one of [system, ...strangers]) one.close().closeAllConnections();
});

test("a redirection that the scenario expects is measured", async () => {
  const path = script("expected", listen("127.0.0.1", `response.writeHead(301, { location: "/new" }).end()`));
  const requests = [{ ...ONE[0], expect: [301] }];
  assertMeasured(await measureTarget(`command:(node ${path})`, { requests }));
});

test("a service that registers a tracer provider of its own is refused without own_sdk", async () => {
  const { exitCode, stderr } = await bench("forgotten", `command:${OWN_SDK}`);
  assert.equal(exitCode, 2, stderr);
  assert.match(stderr, /OpenTelemetry itself|tracer provider/);
});

test("a baseline that has loaded an agent of its own is warned of", async () => {
  mkdirSync(join(folder, "node_modules/dd-trace"), { recursive: true });
  writeFileSync(join(folder, "node_modules/dd-trace/index.js"), "");
  const path = script("agent", `require("dd-trace"); ${listen("127.0.0.1")}`);
  const records = await measureTarget(`command:(node ${path})`);
  const warned = records.filter(({ warnings }) => warnings.some(({ message }) => message.includes("dd-trace")));
  assert.deepEqual(
    warned.map(({ trial }) => trial.variant),
    ["none"],
  );
});

test("so is one that registers it after the control, before a wrong figure is printed", async () => {
  const scenario = writeJson(folder, "registers-late", { target: "bare", requests: ONE });
  const args = "--phase cost --no-reference --rounds 1 --duration 4s --warmup 50ms --rate 50/s".split(" ");
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
  const target = `command:${OWN_SDK},own_sdk,none_command=(${OWN_SDK})`;
  await assertRefused(withTarget(target, controlOwnSdk), /none_command.*with tracing.*SPANTOLL_TRACING=off/);
});

test("own_sdk without an SDK is refused", async () => {
  const { exitCode, stderr } = await bench("no-sdk", "command:node server.cjs,own_sdk");
  assert.equal(exitCode, 2, stderr);
  assert.match(stderr, /no span.*own_sdk/);
});

test("with own_sdk the baseline is noop, and none if none_command runs the service without tracing", async () => {
  const loaded = await bench("noop", `command:${OWN_SDK},own_sdk`, SOON);
  assert.match(loaded.stdout, /against noop/);
  const bare = await bench("bare", `command:${OWN_SDK},own_sdk,none_command=(node server.cjs)`, SOON);
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
  for (const [name, reason] of [
    ["@gone/instrumentation", /@gone\/instrumentation is not installed/],
    ["@lone/instrumentation", /@lone\/instrumentation has no @opentelemetry\/api beside it/],
  ] as const)
    await assert.rejects(startOnce(target, "always_on", { instrumentations: [name] }), reason);
});
