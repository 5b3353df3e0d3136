/** Mistakes are found before anything is measured: exit code 2, one line, nothing on stdout. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { linkSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it, test } from "node:test";
import { execa } from "execa";
import { temporaryFolder } from "../base/temporary-folder.fixture.ts";
import { fixtureResults } from "../report/results.fixture.ts";
import { MAIN, runTogether, runTogetherIn, start, writeJson } from "./program.fixture.ts";

const folder = temporaryFolder();
const results = writeJson(folder, "results", fixtureResults({ rounds: 2, requests: 50 }));
const link = join(folder, "link.json");
symlinkSync(results, link);
const hardLink = join(folder, "hard.json");
linkSync(results, hardLink);
const fresh = join(folder, "fresh.json");
const taken = writeJson(folder, "taken", {});
const scenario = writeJson(folder, "scenario", { target: "bare:1" });
const service = join(folder, "service.cjs");
writeFileSync(service, "");
const rules = join(folder, "rules.json");
const sampler = join(folder, "sampler.mjs");
writeFileSync(sampler, "");
writeFileSync(rules, JSON.stringify([{ sampler: `module:${sampler}` }]));
const own = writeJson(folder, "own", {
  target: `command:"node ${service}"`,
  samplers: [`rules:${rules}`, "always_on"],
  requests: [{ route: "GET /", path: "/" }],
});
const bringing = writeJson(folder, "bringing", {
  target: `command:"node ${service}",own_sdk`,
  requests: [{ route: "GET /", path: "/" }],
});
const fifo = join(folder, "fifo.json");
execFileSync("/usr/bin/env", ["mkfifo", fifo]);
const [yaml, nothing, alias] = ["broken", "nothing", "alias"].map((name) => join(folder, `${name}.yaml`)) as [
  string,
  string,
  string,
];
writeFileSync(alias, "exporters: { a: &b: }");
writeFileSync(yaml, "exporters: [\n: x");
writeFileSync(nothing, "");
const written = join(folder, "spans.json");
const [queue, linkedQueue] = [join(folder, "results"), join(folder, "linked.queue")];
mkdirSync(join(queue, "below"), { recursive: true });
symlinkSync(queue, linkedQueue);
const inherited = join(folder, "inherited.queue");
process.env["SPANTOLL_TEST_QUEUE"] = inherited;
const collector = join(folder, "collector.yaml");
writeFileSync(
  collector,
  `extensions: { file_storage: { directory: "${written}.queue" }, file_storage/2: { directory: "${queue}" },
  file_storage/3: { directory: "\${env:SPANTOLL_TEST_QUEUE}", compaction: { directory: "${queue}.compacted" } } }
exporters: { otlp_http: { traces_endpoint: "\${env:SINK_URL}" }, file: { path: "\${env:FILE:-${written}}" } }`,
);
const trace = join(folder, "nested-trace.json");
writeFileSync(trace, "[".repeat(200_000) + "]".repeat(200_000));
const nested = join(folder, "nested.json");
writeFileSync(nested, `{"schemaVersion":3,"plan":${"[".repeat(200_000)}${"]".repeat(200_000)}}`);
const fixture = fixtureResults({ rounds: 2, requests: 50 });
const empty = writeJson(folder, "empty", { ...fixture, plan: { ...fixture.plan, variants: [] } });
const absent = join(folder, "absent", "x.json");

const MISTAKES: readonly (readonly [args: string[], named: string])[] = [
  [["bench", "--sampler", "ration:0.1"], "ratio"],
  [["bench", "--instrumentation", "http,expres"], "express"],
  [["bench", own, "--target", "command:x,own_sdk", "--instrumentation", "http"], "--instrumentation"],
  [["bench", "--duration", "10"], '"10s"'],
  [["bench", "--sampler", "tail:slow=250"], '"250ms"'],
  [["bench", bringing, "--sampler", "tail:errors"], "simulate"],
  [["bench", "--smapler", "x"], "--sampler"],
  [["bench", "nowhere"], "nowhere"],
  [["bench", "--node", "/"], "--node"],
  [["bench", "--node", process.execPath, "--node", process.execPath], process.execPath],
  [["bench", "--precision", "0"], "--precision"],
  [["bench", "--candidate", "HEAD"], "--base"],
  [["bench", "--base", "no-such-ref"], "no-such-ref"],
  [["bench", "--base", "no-such-ref", "--dry-run"], "no-such-ref"],
  [["bench", "--base", "HEAD", "--candidate", "no-such-ref", "--dry-run"], "no-such-ref"],
  [["bench", "--base", "HEAD~1", "--check"], "git worktree add ../HEAD-1 HEAD~1"],
  [["bench", bringing, "--base", "HEAD", "--instrumentation", "http", "--dry-run"], "--instrumentation"],
  [["bench", "--base", "HEAD", "--threshold", "cup=2%"], "cpu"],
  [["bench", "--base", "HEAD", "--threshold", "cpu=2,5%"], "cpu=2.5%"],
  [["bench", "--sampler", "ratio:0,1"], "ratio:0.1"],
  [["bench", "--sampler", "0.1"], "ratio:0.1"],
  [["bench", "--resume", absent], absent],
  [["bench", "--record", fresh, "--no-reference", "--dry-run"], "--sampler always_on"],
  [["bench", "--resume", results, "--rounds", "3"], "--resume"],
  ...["--out", "--record"].flatMap((option): [string[], string][] =>
    ["", folder, link, taken, fifo, "/dev/null", "/dev/full", absent].map((file) => [["bench", option, file], option]),
  ),
  ...["--out", "--record"].map((option): [string[], string] => [
    ["bench", scenario, option, scenario, "--force"],
    option,
  ]),
  ...[service, rules, sampler].map((read): [string[], string] => [["bench", own, "--out", read, "--force"], "--out"]),
  ...[
    ["--collector", `file:${collector},bin=/bin/true`, "--out", written],
    ["--collector", `file:${collector},bin=/bin/true`, "--record", `${written}.queue`],
    ["--collector", `file:${collector},bin=/bin/true`, "--out", join(queue, "new.json")],
    ["--collector", `file:${collector},bin=/bin/true`, "--record", join(linkedQueue, "below", "new.json")],
    ...[`${queue}.compacted`, inherited].map((taken) => [
      "--collector",
      `file:${collector},bin=/bin/true`,
      "--out",
      join(taken, "new.json"),
    ]),
    ["--exporter", `console:${written}`, "--out", written],
  ].map((args): [string[], string] => [["bench", ...args, "--force"], args[2]!]),
  [["bench", "--out", fresh, "--record", join(folder, ".", "fresh.json")], "--record"],
  [["bench", "--out", fresh, "--record", join(folder, "fresh.journal.jsonl")], "--record"],
  [["calibrate", "--quick", "--out", taken], "--force"],
  [["report", results, "--html", hardLink, "--force"], "--html"],
  [["report", results, "--html", fresh, "--markdown", fresh], "--markdown"],
  [["report", results, "--html", taken], "--html"],
  [["report", results, "--json", "--prometheus"], "--prometheus"],
  [["report", results, "--json", "--benchmark-json"], "--benchmark-json"],
  [["report", absent], absent],
  [["compare", results], "--base"],
  [["schema", "--scenario", "--observe"], "--observe"],
  [["compare", "HEAD", "HEAD"], "--base HEAD --candidate HEAD"],
  [["compare", results, absent], absent],
  [["simulate", absent], absent],
  [["history", absent], absent],
  [["history", empty], "no figure"],
  [["simulate", trace], trace],
  [["simulate", scenario], `bench ${scenario} --record`],
  ...[fifo, "/dev/zero", nested].flatMap((file): [string[], string][] => [
    [["report", file], file],
    [["compare", results, file], file],
    [["history", file], file],
    [["advise", file], file],
    [["bench", "--resume", file], file],
    ...(file === nested
      ? []
      : ([
          [["simulate", file], file],
          [["bench", "--sampler", `rules:${file}`], file],
        ] as [string[], string][])),
  ]),
  [["bench", fifo], fifo],
  ...[fifo, yaml, nothing, alias].map((file): [string[], string] => [
    ["bench", "--collector", `file:${file},bin=/bin/true`],
    file,
  ]),
];

describe("a mistake is one line that names it, and exit code 2", () => {
  for (const [args, named] of MISTAKES)
    it(args.map((arg) => arg.replace(folder, "…")).join(" "), async () => {
      const { exitCode, stdout, stderr } = await runTogether(...args);
      assert.deepEqual([exitCode, stdout, stderr.trim().split("\n").length], [2, "", 1], stderr);
      assert.ok(stderr.includes(named), stderr);
    });
});

test("--base without a service, in the folder of another project, asks for a scenario", async () => {
  const { exitCode, stderr } = await runTogetherIn(folder, "bench", "--base", "main");
  assert.equal(exitCode, 2);
  assert.match(stderr, /^--base "main": expected a scenario of your service[^\n]*\n?$/);
});

test("the file of a run without --out is refused too, in a folder that a Collector fills", async () => {
  const args = ["bench", "--target", "bare:1", "--collector", `file:${collector},bin=/bin/true`];
  const { exitCode, stderr } = await runTogetherIn(folder, ...args);
  assert.equal(exitCode, 2);
  assert.match(stderr, /^--out "results\/[^\n]*\n?$/);
});

test("a result that a full disk does not take is one line, and exit code 2", async () => {
  const command = `"${process.execPath}" "${MAIN}" report "${results}" --json > /dev/full`;
  const { exitCode, stderr } = await execa(command, { shell: true, reject: false });
  assert.deepEqual([exitCode, stderr], [2, "stdout: cannot be written: the disk is full"]);
});

test("an existing output file is replaced only with --force", async () => {
  const page = join(folder, "page.html");
  writeFileSync(page, "mine");
  assert.equal((await runTogether("report", results, "--html", page)).exitCode, 2);
  assert.equal(readFileSync(page, "utf8"), "mine");
  assert.equal((await runTogether("report", results, "--html", page, "--force")).exitCode, 0);
  assert.match(readFileSync(page, "utf8"), /^<!doctype html>/);
});

test("--version prints the version, and --help every option", async () => {
  assert.match((await runTogether("--version")).stdout, /^\d+\.\d+\.\d+/);
  assert.match((await runTogether("bench", "--help")).stdout, /--sampler <spec>[^]*--verbose/);
});

test("options that npm kept for itself are refused with the command to type", async () => {
  const kept = { npm_config_quick: "true", npm_config_sampler: "a\n\nb", npm_config_reference: "" };
  const env = { npm_lifecycle_event: "bench", npm_package_name: "service", ...kept };
  const { exitCode, stderr } = await start(["bench"], { env });
  assert.equal(exitCode, 2);
  for (const option of ["-- --sampler a --sampler b", "--no-reference", "--quick"]) assert.ok(stderr.includes(option));
  const own = { npm_lifecycle_event: "list", npm_config_quiet: "true", npm_config_target: "33.2.0" };
  assert.equal((await start(["list"], { env: own })).exitCode, 0);
});

for (const [stream, args, code] of [
  ["stdout", ["report", results], 0],
  ["stdout", ["list"], 0],
  ["stderr", ["bench", "nowhere"], 2],
] as const)
  test(`a reader that closes ${stream} of ${args[0]} does not change the exit code`, async () => {
    const program = start(args);
    program[stream].destroy();
    assert.equal((await program).exitCode, code);
  });
