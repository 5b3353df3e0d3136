/** A service that runs already: whose CPU is known, what it is sent, and what is kept if it or the run ends. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { temporaryFolder } from "../base/temporary-folder.fixture.ts";
import { failures, reply, startService, type Answer } from "../load/drivers/service.fixture.ts";
import { readResults } from "../record/file.ts";
import { measure, runTogether, start, TINY, writeJson } from "./program.fixture.ts";

const folder = temporaryFolder();
const requests = [{ route: "GET /", path: "/" }];
const NOT_LINUX = process.platform !== "linux" && "only Linux reports what listens";
const right: Answer = (_, response) => reply(response);

describe("a service that runs already", async () => {
  const service = await startService(right);
  after(() => service[Symbol.asyncDispose]());
  const scenario = writeJson(folder, "running", { target: `url:${service.origin}`, requests });

  test("cannot be measured to a precision that its scenario asks", async () => {
    const precise = writeJson(folder, "precise", { target: `url:${service.origin}`, requests, precision: "1%" });
    const { exitCode, stderr } = await runTogether("bench", precise, ...TINY, "--out", join(folder, "mistake.json"));
    assert.deepEqual([exitCode, /precision: not possible/.test(stderr)], [2, true], stderr);
  });

  test("is measured in the phases cost and latency unless capacity is named, and no text gives it a core", async () => {
    const plan = ["bench", scenario, "--dry-run", "--out", join(folder, "plan.json")];
    const phasesIn = (text: string) => text.match(/^(?:cost|latency|capacity)(?=:)/gm);
    const { stdout } = await runTogether(...plan);
    assert.deepEqual(phasesIn(stdout), ["cost", "latency"]);
    assert.doesNotMatch(stdout, /\bcores?\b/);
    assert.deepEqual(phasesIn((await runTogether(...plan, "--phase", "capacity")).stdout), ["capacity"]);
  });

  const { port } = new URL(service.origin);
  for (const [what, title, listens, at, reason] of [
    ["what listens passes requests on", "socat", "0, '127.0.0.1'", undefined, /unknown.*socat/],
    ["others listen at the port, of another address", "other", `${port}, '127.0.0.2'`, port, /unknown.*addresses/],
  ] as const)
    test(`has no figures of CPU and memory if ${what}`, { skip: NOT_LINUX }, async () => {
      const created = 'require("node:http").createServer((_, response) => response.end())';
      const listening = `const server = ${created}.listen(${listens}, () => console.log(server.address().port));`;
      const script = `process.title = "${title}"; ${listening}`;
      const child = spawn(process.execPath, ["-e", script], { stdio: ["ignore", "pipe", "inherit"] });
      try {
        const [own] = (await once(child.stdout, "data")) as [Buffer];
        const args = ["--target", `url:http://127.0.0.1:${at ?? String(own).trim()}`, "--phase", "latency"];
        const { results } = await measure(join(folder, `${title}.json`), scenario, ...args);
        const [{ ending, resources, warnings }] = results.records as [(typeof results.records)[number]];
        assert.deepEqual([ending, resources], ["completed", undefined]);
        assert.match(warnings.find(({ code }) => code === "not-restarted")!.message, reason);
      } finally {
        child.kill("SIGKILL");
      }
    });

  /** Does so from the second round on: each round begins with a request that has no id. */
  const later = (act: (...of: Parameters<Answer>) => void): Answer => {
    let rounds = 0;
    return (...of) => {
      const isFirst = Number.isNaN(of[0]) && ++rounds > 1;
      (isFirst ? act : right)(...of);
    };
  };

  test("that ends in a later round leaves the report of those before", async () => {
    await using mortal = await startService(later((_, response) => failures.reset(response)));
    const out = join(folder, "mortal.json");
    const args = ["--target", `url:${mortal.origin}`, "--phase", "latency", "--rounds", "3"];
    const { results, exitCode, stderr } = await measure(out, scenario, ...args);
    assert.equal(exitCode, 3, stderr);
    assert.deepEqual(
      results.records.map(({ ending }) => ending),
      ["completed", "failed", "failed"],
    );
  });

  test("the command that continues an interrupted run is complete", { skip: NOT_LINUX }, async () => {
    let measuring: ReturnType<typeof start> | undefined;
    await using busy = await startService(
      later((...of) => {
        measuring?.kill("SIGINT");
        right(...of);
      }),
    );
    const out = join(folder, "continued.json");
    // it is this machine, and not called so
    const target = busy.origin.replace("127.0.0.1", "0.0.0.0");
    const args = ["--target", `url:${target}`, "--allow-remote", "0.0.0.0", "--phase", "latency", "--rounds", "3"];
    measuring = start(["bench", scenario, ...TINY, ...args, "--out", out]);
    const { exitCode, stderr } = await measuring;
    assert.equal(exitCode, 130, stderr);
    const [, words = ""] = /^to continue: .*?(--resume .*)$/m.exec(stderr) ?? [];
    const resumed = await runTogether("bench", ...words.replaceAll('"', "").split(" "));
    assert.deepEqual([resumed.exitCode === 2, readResults(out).ending], [false, "completed"], resumed.stderr);
  });
});
