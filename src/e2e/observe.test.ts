import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { temporaryFolder } from "../base/temporary-folder.fixture.ts";
import { readResults } from "../record/file.ts";
import { Cluster, missingPrograms } from "./cluster.fixture.ts";
import { runTogether, start, writeJson } from "./program.fixture.ts";

const skip = missingPrograms() ?? false;
const folder = temporaryFolder();

describe("observe", { skip, timeout: 170_000 }, () => {
  let cluster: Cluster;
  before(async () => {
    const burnUs = { plain: 500, dear: 1500 };
    cluster = await Cluster.start({
      folder: join(folder, "cluster"),
      groups: ["blue", "green"],
      replicas: 2,
      burnUs,
      rate: 60,
    });
  });
  after(() => cluster.stop());

  it("drives the rounds, goes on after an interruption, and makes a results file that report and compare read", async () => {
    const plan = writeJson(folder, "canary", {
      service: "shop",
      preset: "process",
      match: 'job="shop"',
      variants: { plain: "none", dear: "always_on" },
      baseline: "plain",
      replicas: 2,
      rounds: 2,
      length: "6s",
      settle: "1s",
      window: "5s",
      scrape: "1s",
      drive: { command: cluster.command, groups: ["blue", "green"], timeout: "30s" },
    });
    const out = join(folder, "canary-results.json");
    const args = [plan, "--prometheus", cluster.prometheus, "--drive"];
    const cut = start(["observe", ...args, "--out", out]);
    cut.stderr.on("data", (text: Buffer) => {
      if (text.includes("round 2 of 2")) cut.kill("SIGINT");
    });
    const { exitCode, stderr } = await cut;
    assert.equal(exitCode, 130, stderr);
    assert.equal(readResults(out).ending, "interrupted");
    const observed = await runTogether("observe", ...args, "--resume", out);
    assert.ok([0, 3].includes(observed.exitCode), observed.stderr);
    const { records, plan: planned } = readResults(out);
    assert.equal(records.length, planned.trials.length);
    for (const { ending, trial, load, valid, warnings } of records) {
      assert.equal(ending, "completed");
      assert.ok(valid || warnings.some(({ invalidates }) => invalidates), trial.id);
      if (valid) assert.ok(load!.completed > 0);
      if (valid && trial.phase === "latency") assert.ok(load!.responseTime!.p50 > 0.1);
    }
    const costOf = (variant: string): number[] =>
      records.flatMap(({ trial, resources }) =>
        trial.variant === variant && resources ? resources.cpuUsPerRequest : [],
      );
    for (const [at, cost] of costOf("dear").entries()) assert.ok(cost > costOf("plain")[at]!);
    assert.equal((await runTogether("report", out)).exitCode, 0);
    assert.equal((await runTogether("bench", "--resume", out)).exitCode, 2);
  });
});
