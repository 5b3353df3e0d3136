/** A service of the user's own, with and without an SDK. */
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { execa } from "execa";
import { readResults } from "../record/file.ts";
import type { TrialRecord } from "../record/trial-record.ts";
import { measureTarget, SERVICE } from "./check.fixture.ts";
import { ANSWER, folder, prepare, requests, SERVER, UNTRACED } from "./own-service-scenario.fixture.ts";
import { runTogether, runTogetherIn, start, TINY } from "./program.fixture.ts";

/** What `npm start` runs. */
const OWN_SDK = "node --require ./tracing.cjs server.cjs";

process.chdir(SERVICE);

function measureService(target: string, fields: object = {}): Promise<readonly TrialRecord[]> {
  const usual = { samplers: ["ratio:0.5"], processors: ["batch:delay=100ms"], phases: ["latency"], requests };
  return measureTarget(target, { ...usual, warmup: "1ms", ...fields });
}

/** The variant of this sampler; a processor may follow in its name. */
function recordOf(records: readonly TrialRecord[], sampler: string): TrialRecord {
  return records.find(({ trial }) => trial.variant.startsWith(sampler))!;
}

test("a service with its own SDK is configured by OTEL_* variables, and its spans are counted at the sink", async () => {
  const records = await measureService("command:npm start,own_sdk", { reference: true });
  for (const { trial, ending, failure, ledger, fidelity, warnings } of records) {
    assert.equal(ending, "completed", failure);
    assert.deepEqual([ledger, fidelity], [undefined, undefined]);
    const isTraced = trial.variant !== "none";
    for (const expected of ["flush-outside", "requests-unnamed"])
      assert.equal(
        warnings.some(({ code }) => code === expected),
        isTraced,
        expected,
      );
  }
  const received = (variant: string) => recordOf(records, variant).outside?.received;
  assert.equal(received("none"), undefined);
  assert.ok(received("ratio:0.5")! > 0 && received("ratio:0.5")! < received("always_on")!);
});

test("what it keeps is known if its spans name their requests", async () => {
  const records = await measureService(`command:(NAME_REQUESTS=1 ${OWN_SDK}),own_sdk`);
  const { traces, requests: all } = recordOf(records, "ratio:0.5").fidelity!;
  assert.ok(traces.arrived > 0 && traces.arrived < all);
});

test("a variant that the service does not obey is named, and what is lost is unknown", async () => {
  const records = await measureService(`command:(FIXED_PIPELINE=1 ${OWN_SDK}),own_sdk`, { reference: true });
  const codesOf = (variant: string) => recordOf(records, variant).warnings.map(({ code }) => code);
  const unlike = ["variant-without-effect", "kept-share"];
  const seen = (variant: string) => unlike.filter((code) => codesOf(variant).includes(code));
  assert.deepEqual([seen("none"), seen("always_on"), seen("ratio:0.5")], [[], unlike.slice(0, 1), unlike]);
  assert.equal(recordOf(records, "ratio:0.5").ledger, undefined);
});

test("a service without an SDK is traced by a preload, and its ledger closes", async () => {
  const usual = { target: "command:node server.cjs", processors: ["batch:delay=100ms"], phases: ["latency"] };
  const { scenario, out } = prepare("preloaded", { ...usual, reference: false });
  const { stdout } = await runTogether("bench", scenario, ...TINY, "--warmup", "1ms", "--out", out);
  for (const { trial, ending, failure, requests: counted, ledger, node, instrumented } of readResults(out).records) {
    assert.equal(ending, "completed", failure);
    assert.deepEqual([counted!.startedAtTarget, node], [counted!.completedAtDriver, process.version]);
    if (trial.variant === "none") continue;
    assert.ok(ledger!.started > 0 && instrumented!.some((name) => name.startsWith("express 5")));
    assert.deepEqual([ledger!.residual, ledger!.received], [0, ledger!.exported]);
  }
  assert.match(stdout, /instrumented [^·]*express 5/);
});

test("the garbage of starting is collected before the first request", async () => {
  const counts = join(folder, "collections.txt");
  const observe = `
    const { constants, PerformanceObserver } = require("node:perf_hooks");
    let collections = 0;
    new PerformanceObserver((list) => {
      for (const { detail } of list.getEntries()) if (detail.kind === constants.NODE_PERFORMANCE_GC_MAJOR) collections++;
    }).observe({ entryTypes: ["gc"] });`;
  const append = `require("node:fs").appendFileSync(${JSON.stringify(counts)}, collections + " ");`;
  const script = `${observe}${SERVER(`if (request.url === "/items/1") ${append} response.end("{}");`)}`;
  const load = [{ route: "GET /items/:id", path: "/items/1" }];
  const { scenario, out } = prepare("collections", { ...UNTRACED, requests: load }, script);
  await runTogether("bench", scenario, ...TINY, "--out", out);
  assert.notEqual(readFileSync(counts, "utf8").split(" ")[0], "0");
});

test("the results file has the commit of the service's folder, and whether it has changes", async () => {
  const repository = join(folder, "repository");
  mkdirSync(repository);
  const git = async (...args: string[]) =>
    (await execa("git", ["-c", "user.name=t", "-c", "user.email=t@example.org", ...args], { cwd: repository })).stdout;
  writeFileSync(join(repository, "server.cjs"), SERVER(ANSWER));
  await git("init", "--quiet");
  await git("add", ".");
  await git("commit", "--quiet", "--message", "one");
  const { scenario } = prepare("committed", { ...UNTRACED, target: "command:node server.cjs" });
  const commit = await git("rev-parse", "HEAD");
  const measured = async () => {
    const { stderr } = await runTogetherIn(repository, "bench", scenario, ...TINY);
    const file = /results: (\S+)/.exec(stderr)![1]!;
    return { file, service: readResults(join(repository, file)).environment.service };
  };
  const { file, service } = await measured();
  assert.deepEqual([service, file.includes(commit.slice(0, 7))], [{ commit, dirty: false }, true]);
  writeFileSync(join(repository, "server.cjs"), `${SERVER(ANSWER)}// changed`);
  assert.equal((await measured()).service!.dirty, true);
});

test("a sampler that OTEL_* variables cannot express is refused before anything starts", async () => {
  const { scenario, out } = prepare("tail", { target: "command:(node x.cjs),own_sdk", samplers: ["tail:errors"] });
  const { exitCode, stderr } = await runTogether("bench", scenario, ...TINY, "--out", out);
  assert.equal(exitCode, 2);
  assert.match(stderr, /tail:errors/);
});

test("variables of OpenTelemetry and of proxies stay in the shell, and --keep-env keeps one", async () => {
  const { scenario, out } = prepare("shell", {
    target: `command:${OWN_SDK},own_sdk`,
    samplers: ["always_on"],
    processors: ["batch:delay=100ms"],
    phases: ["latency"],
  });
  const shell = { OTEL_SDK_DISABLED: "true", http_proxy: "http://127.0.0.1:9", HTTPS_PROXY: "http://127.0.0.1:9" };
  const measureWith = async (...args: string[]) => {
    const options = { cwd: SERVICE, env: shell };
    const { stderr } = await start(["bench", scenario, ...TINY, ...args, "--out", out, "--force"], options);
    const { notes, records } = readResults(out);
    const traced = records.find(({ trial }) => trial.variant.startsWith("always_on"));
    return { stderr, notes: notes.join("\n"), received: traced?.outside?.received };
  };
  const clean = await measureWith();
  assert.ok(clean.received! > 0);
  for (const name of Object.keys(shell)) assert.match(clean.notes, new RegExp(`removed.*${name}`));
  assert.equal(clean.stderr.split("HTTPS_PROXY").length, 2);
  const { notes } = await measureWith("--keep-env", "HTTPS_PROXY", "--target", "bare:1", "--no-reference");
  assert.match(notes, /removed.*http_proxy/);
  assert.doesNotMatch(notes, /HTTPS_PROXY/);
  const { exitCode, stderr } = await start(["bench", scenario, "--keep-env", "HTTP_PROXI", "--out", out, "--force"], {
    env: shell,
  });
  assert.equal(exitCode, 2);
  assert.match(stderr, /HTTP_PROXI/);
});

test("spans reach the sink by gRPC though the shell has a proxy", async () => {
  const args = ["--target", "bare:5", "--sampler", "always_on", "--exporter", "otlp-grpc", "--phase", "cost"];
  const out = join(folder, "proxy.json");
  await start(["bench", ...args, ...TINY, "--out", out], { env: { http_proxy: "http://127.0.0.1:9" } });
  const { ledger } = readResults(out).records.find(({ trial }) => trial.variant !== "none")!;
  assert.deepEqual([ledger!.received, Object.keys(ledger!.exportFailed)], [ledger!.sampled, []]);
});
