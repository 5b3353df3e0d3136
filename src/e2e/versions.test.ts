/** Versions that npm installs: skipped where npm has no registry to ask. */
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { execa } from "execa";
import { readResults } from "../record/file.ts";
import { measure, run, start, temporaryFolder, TINY } from "./program.fixture.ts";

const folder = temporaryFolder();
const { failed } = await execa("npm", ["view", "node@22", "version"], { reject: false, timeout: 20_000 });
const skip = failed ? "npm has no registry to ask" : false;

const COST = ["--target", "bare", "--sampler", "always_on", "--phase", "cost"];
/** Only what has been installed is there. */
const OFFLINE = { npm_config_offline: "true" };

test("Nodes are measured side by side, each against none on the same Node", { skip }, async () => {
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
});

test("what is installed needs no network", { skip }, async () => {
  const out = join(folder, "offline.json");
  const args = ["bench", ...TINY, ...COST, "--node", "22.23.3", "--out", out];
  const { exitCode, stderr } = await start(args, { env: OFFLINE });
  assert.notEqual(exitCode, 2, stderr);
  assert.deepEqual(new Set(readResults(out).records.map(({ node }) => node)), new Set(["v22.23.3"]));
});

test("a version that does not exist is refused with npm's reason in one line", { skip }, async () => {
  const { exitCode, stderr } = await run("bench", ...COST, "--node", "22.0.999");
  assert.equal(exitCode, 2);
  assert.match(stderr.trim(), /^[^\n]*--node "22\.0\.999"[^\n]*22\.0\.999[^\n]*$/);
});

test("what cannot be installed leaves nothing behind", async () => {
  const empty = mkdtempSync(join(tmpdir(), "spantoll-test-"));
  after(() => rmSync(empty, { recursive: true, force: true }));
  const env = { ...OFFLINE, XDG_CACHE_HOME: empty, npm_config_cache: join(empty, "npm") };
  const { exitCode, stderr } = await start(["bench", ...COST, "--node", "22"], { env });
  assert.equal(exitCode, 2);
  assert.equal(stderr.trim().split("\n").length, 1, stderr);
  assert.deepEqual(
    readdirSync(empty).filter((name) => name !== "npm"),
    [],
  );
});
