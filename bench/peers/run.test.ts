import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { suite, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { siblingModule } from "../../src/base/sibling.ts";
import { temporaryFolder } from "../../src/e2e/program.fixture.ts";
import { fixtureResults } from "../../src/report/results.fixture.ts";
import { readCpuOfTree } from "../../src/run/measure/accounting.ts";
import { closed, closedLoop } from "./closed.ts";
import { peersFileSchema } from "./file.ts";
import { ownDriver } from "./own-driver.ts";
import { measureSection } from "./run.ts";
import type { Context } from "./section.ts";

const MAIN = siblingModule(import.meta.url, "../peers");
const CONTEXT: Context = {
  signal: new AbortController().signal,
  pinning: undefined,
  seed: 1,
  run: { name: "", results: fixtureResults({ rounds: 1, requests: 1 }) },
  note: () => undefined,
};
const FIGURES = ["driverCoreShare", "driverCpuUsPerRequest", "requestsPerSecond", "unaccountedRequests"];

/** In a process group of its own. */
const peers = (...args: string[]) =>
  execa(process.execPath, [MAIN, ...args], { reject: false, stdin: "ignore", detached: true });

const processesBelow = (pid: number): number[] => [...(readCpuOfTree(pid)?.keys() ?? [])];

function isService(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("service-process");
  } catch {
    return false;
  }
}

suite("peers", { concurrency: 2 }, () => {
  test("in miniature: every request that our driver sent reached the service, and every figure is there", async () => {
    const load = { connections: 4, warmupMs: 100, windowMs: 200, ratePerSecond: undefined };
    const measure = (context: Context, rounds: number) => closedLoop(context, rounds, [ownDriver], load);
    const { turns, estimates, failure } = await measureSection({ ...closed, measure }, CONTEXT, 2);
    assert.equal(failure, undefined);
    assert.deepEqual(
      turns.map(({ round, peer }) => [round, peer]),
      [
        [1, "spantoll"],
        [2, "spantoll"],
      ],
    );
    for (const { figures } of turns) {
      assert.deepEqual(Object.keys(figures).toSorted(), FIGURES);
      assert.equal(figures.unaccountedRequests, 0);
      assert.ok(figures.requestsPerSecond! > 0 && figures.driverCpuUsPerRequest! > 0);
    }
    assert.deepEqual(estimates.map(({ metric }) => metric).toSorted(), FIGURES);
  });

  test("what breaks off a section keeps its turns, and says why", async () => {
    const measure = async function* () {
      yield { round: 1, peer: "spantoll", figures: { requestsPerSecond: 1 } };
      throw new Error("the wire was cut");
    };
    const { turns, failure } = await measureSection({ ...closed, measure }, CONTEXT, 1);
    assert.deepEqual([turns.length, failure], [1, "Error: the wire was cut"]);
  });

  test("interrupted, it writes what it has and leaves no process behind", async () => {
    const out = join(temporaryFolder(), "peers.json");
    const running = peers("--only", "closed", "--rounds", "1", "--out", out);
    const pid = running.pid!;
    while (!processesBelow(pid).some(isService) && running.nodeChildProcess.exitCode === null) await sleep(50);
    running.kill("SIGINT");
    const { exitCode, stderr } = await running;
    assert.equal(exitCode, 130, stderr);
    assert.throws(() => process.kill(-pid, 0), { code: "ESRCH" });
    const { ending, sections } = peersFileSchema.parse(JSON.parse(readFileSync(out, "utf8")));
    assert.deepEqual([ending, sections.map(({ failure }) => failure)], ["interrupted", ["interrupted"]]);
  });

  test("a mistake is one line that names option, value and what was expected", async () => {
    const mistakes: Readonly<Record<string, [string[], RegExp]>> = {
      section: [["--only", "closed,snk"], /--only "snk": expected some of closed, .*did you mean "sink"/],
      rounds: [["--rounds", "0"], /--rounds "0": expected a whole number, at least 1/],
      option: [["--onyl", "sink"], /--onyl.*--only/],
      file: [["--only", "startup", "--run", "gone.json"], /"gone\.json" cannot be read/],
      folder: [["--only", "sink", "--out", "gone/peers.json"], /--out "gone\/peers\.json"/],
    };
    for (const [args, told] of Object.values(mistakes)) {
      const { exitCode, stderr } = await peers(...args);
      assert.equal(exitCode, 2, stderr);
      assert.match(stderr, told);
      assert.equal(stderr.split("\n").length, 1);
    }
    assert.ok(!existsSync("gone"));
  });
});
