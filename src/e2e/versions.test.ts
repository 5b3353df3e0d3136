/** Versions that npm installs: skipped if npm has no registry to ask. */
import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { execa } from "execa";
import { temporaryFolder } from "../base/temporary-folder.fixture.ts";
import { installOnce } from "../cli/bench/versions/npm.ts";
import { readResults } from "../record/file.ts";
import { measure, runTogether, start, TINY } from "./program.fixture.ts";

const folder = temporaryFolder();
const { failed } = await execa("npm", ["view", "node@22", "version"], { reject: false, timeout: 20_000 });
const skip = failed ? "npm has no registry to ask" : false;

const SDK = "@opentelemetry/sdk-trace";
const COST = ["--target", "bare", "--sampler", "always_on", "--phase", "cost"];
/** Only what has been installed is there. */
const OFFLINE = { npm_config_offline: "true" };

/** What is on stderr beside the progress of npm. */
function mistakeIn(stderr: string): string {
  const lines = stderr.trim().split("\n");
  return lines.filter((line) => !/^(asking npm|installing) /.test(line)).join("\n");
}

describe("versions", { concurrency: 3 }, () => {
  test(
    "Nodes are measured side by side, each against none on the same Node, and without a network once they are installed",
    { skip },
    async () => {
      const nodes = ["--node", "22.23.3", "--node", process.execPath];
      const { results } = await measure(join(folder, "nodes.json"), ...COST, ...nodes);
      const own = process.versions.node;
      assert.deepEqual(results.scenario.nodes, ["22.23.3", own]);
      assert.equal(new Set(results.records.map(({ trial }) => trial.block)).size, 1);
      for (const { trial, node, ledger } of results.records) {
        assert.ok(trial.variant.endsWith(`node ${node!.slice(1)}`), `${trial.variant} ran on ${node}`);
        if (ledger !== undefined) assert.equal(ledger.residual, 0);
      }
      const against = results.estimates.flatMap((one) =>
        one["variant"] === `always_on node ${own}` ? one["against"] : [],
      );
      assert.ok(against.includes(`none node ${own}`) && !against.includes("none node 22.23.3"));

      // what is installed needs no network
      const out = join(folder, "offline.json");
      const args = ["bench", ...TINY, ...COST, "--node", "22.23.3", "--out", out];
      const { exitCode, stderr } = await start(args, { env: OFFLINE });
      assert.notEqual(exitCode, 2, stderr);
      assert.deepEqual(new Set(readResults(out).records.map(({ node }) => node)), new Set(["v22.23.3"]));
    },
  );

  test(
    "versions of the SDK are measured side by side against one none, and every span is accounted for",
    { skip },
    async () => {
      const otels = ["--otel", "2.12.1", "--otel", "3.1.1"];
      const orders = ["--target", "orders", "--sampler", "always_on", "--phase", "latency"];
      const { results } = await measure(join(folder, "otels.json"), ...orders, ...otels);
      assert.deepEqual(
        results.plan.variants.map(({ id }) => id),
        ["none", "always_on otel 2.12.1", "always_on otel 3.1.1"],
      );
      const { otels: packages } = results.environment;
      assert.deepEqual([packages!["2.12.1"]![SDK], packages!["3.1.1"]![SDK]], ["2.12.1", "3.1.1"]);
      for (const { trial, ledger, instrumented, ...record } of results.records) {
        assert.equal(record.ending, "completed", record.failure);
        if (trial.variant === "none") continue;
        assert.ok(ledger!.received > 0 && ledger!.residual === 0);
        assert.ok(instrumented!.some((name) => name.startsWith("fastify")));
      }
    },
  );

  test("versions before 2.9.0, whose package has another name, export with each processor", { skip }, async () => {
    const processors = ["--processor", "batch", "--processor", "simple", "--no-reference"];
    const old = ["--target", "bare:2", "--sampler", "always_on", "--phase", "latency", "--otel", "2.0.0"];
    const { results } = await measure(join(folder, "old.json"), ...old, ...processors);
    assert.equal(results.environment.otels!["2.0.0"]![SDK], "2.0.0");
    for (const { trial, ledger, ...record } of results.records) {
      assert.equal(record.ending, "completed", record.failure);
      if (trial.variant !== "none") assert.ok(ledger!.received > 0 && ledger!.residual === 0, trial.variant);
    }
  });

  test("line 1 is refused", { skip }, async () => {
    const { exitCode, stderr } = await runTogether("bench", ...COST, "--otel", "1.30.1");
    assert.equal(exitCode, 2);
    assert.match(mistakeIn(stderr), /^--otel "1\.30\.1": [^\n]*2\.0\.0[^\n]*$/);
  });

  test("a sampler that a version of the SDK lacks is named", { skip }, async () => {
    const { exitCode, stderr } = await runTogether(
      "bench",
      "--otel",
      "3.1.1",
      "--sampler",
      "parentbased:probability:0.1",
    );
    assert.equal(exitCode, 2);
    assert.match(
      mistakeIn(stderr),
      /^--otel "3\.1\.1": sampler "parentbased:probability:0\.1" needs \S*sampler-composite [^\n]+$/,
    );
  });

  test("always_record records what another sampler drops, on both lines", { skip }, async () => {
    const otels = ["--otel", "2.12.1", "--otel", "3.1.1", "--sampler", "always_record:ratio:0.5", "--no-reference"];
    const { results } = await measure(
      join(folder, "recorded.json"),
      "--target",
      "bare:2",
      "--phase",
      "latency",
      ...otels,
    );
    const ledgers = results.records.flatMap(({ trial, ledger }) => (trial.variant === "none" ? [] : [ledger!]));
    assert.equal(ledgers.length, 2);
    for (const { started, sampled, recordOnly, received, residual } of ledgers) {
      assert.ok(recordOnly > 0 && received > 0);
      assert.deepEqual([recordOnly, received, residual], [started - sampled, sampled, 0]);
    }
  });

  test("a version that does not exist is refused with npm's reason in one line", { skip }, async () => {
    for (const option of ["--node", "--otel"]) {
      const { exitCode, stderr } = await runTogether("bench", ...COST, option, "3.0.999");
      assert.equal(exitCode, 2);
      assert.match(mistakeIn(stderr), new RegExp(`^${option} "3\\.0\\.999": [^\\n]+$`));
    }
  });

  test("packages that do not fit together are refused with npm's reason in one line", { skip }, async () => {
    const packages = { "@opentelemetry/core": "3.1.1", "@opentelemetry/auto-instrumentations-node": "0.81.2" };
    const installed = join(folder, "conflict");
    await assert.rejects(
      installOnce(installed, { dependencies: packages }, '--otel "3.1.1"'),
      /^UserError: --otel "3\.1\.1": ERESOLVE [^\n]*core@3\.1\.1[^\n]*auto-instrumentations-node@0\.81\.2$/,
    );
    assert.ok(!existsSync(installed));
  });

  test("what cannot be installed leaves nothing behind", async () => {
    const empty = temporaryFolder();
    const env = { ...OFFLINE, XDG_CACHE_HOME: empty, npm_config_cache: join(empty, "npm") };
    const { exitCode, stderr } = await start(["bench", ...COST, "--node", "22"], { env });
    assert.equal(exitCode, 2);
    assert.equal(mistakeIn(stderr).split("\n").length, 1, stderr);
    assert.deepEqual(
      readdirSync(empty).filter((name) => name !== "npm"),
      [],
    );
  });
});
