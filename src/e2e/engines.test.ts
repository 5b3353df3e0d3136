/** Load by other engines, and services that run already. An engine that is not installed is skipped. */
import assert from "node:assert/strict";
import { globSync, mkdtempSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { temporaryFolder } from "../base/temporary-folder.fixture.ts";
import { locustPath } from "../load/engines/locust.ts";
import { vegetaPath } from "../load/engines/vegeta.ts";
import { reply, startService, type Answer } from "../load/drivers/service.fixture.ts";
import { measure, runTogether, start, TINY, writeJson } from "./program.fixture.ts";

const folder = temporaryFolder();
const requests = [
  { route: "GET /a/:id", class: "ordinary", method: "GET", path: "/a/{id}?n={n}", weight: 3, expect: [200] },
  { route: "POST /b", class: "declined", method: "POST", path: "/b", body: '{"n":{n}}', weight: 1, expect: [402] },
];
/** Ids of the warm-up begin here. */
const WARM_UP = 1_000_000_000;
const right: Answer = (_, response, request) => reply(response, request.method === "POST" ? 402 : 200);

function missing(find: () => string): string | false {
  try {
    find();
    return false;
  } catch (error) {
    return (error as Error).message;
  }
}

describe("a trial by another engine is as complete as one by the built-in driver", () => {
  for (const [driver, find] of [
    ["vegeta", vegetaPath],
    ["locust:workers=3", locustPath],
  ] as const)
    test(driver, { skip: missing(find) }, async () => {
      const args = ["--phase", "latency", "--phase", "cost", "--sampler", "ratio:0.5", "--no-reference"];
      const out = join(folder, `${driver.slice(0, 6)}.json`);
      const { results } = await measure(out, "--target", "bare:1", ...args, "--driver", driver);
      assert.equal(results.scenario.driver.text, driver);
      for (const { trial, ending, failure, load, requests: counts, ledger, fidelity } of results.records) {
        assert.equal(ending, "completed", failure);
        assert.deepEqual([load!.intended, load!.sent, load!.completed, load!.unexpected], [40, 40, 40, 0]);
        assert.equal(counts!.startedAtTarget, counts!.completedAtDriver);
        assert.ok(load!.lateMs!.max > 0 && load!.responseTime!.p50 >= load!.serviceTime!.p50);
        assert.equal(load!.bytesReceived, undefined);
        if (trial.variant === "none") continue;
        assert.equal(ledger!.residual, 0);
        if (trial.phase === "latency") assert.ok(fidelity!.traces.arrived > 0);
      }
    });
});

describe("a service that runs already", async () => {
  const bodies: string[] = [];
  let warmUps = 0;
  /** What the built-in driver sends. */
  let expected: readonly string[] | undefined;
  const service = await startService((id, response, request) => {
    if (id >= WARM_UP) warmUps++;
    else if (id > 0) bodies.push(`${request.method} ${request.url}`);
    right(id, response, request);
  });
  after(() => service[Symbol.asyncDispose]());
  const scenario = writeJson(folder, "running", { target: `url:${service.origin}`, requests });

  for (const driver of ["built-in", "vegeta", "locust"] as const) {
    const skip = driver === "built-in" ? false : missing(driver === "vegeta" ? vegetaPath : locustPath);
    test(`gets each request of the window once by ${driver}, and stays`, { skip }, async () => {
      bodies.length = warmUps = 0;
      const out = join(folder, `url-${driver}.json`);
      const { results, stdout } = await measure(
        out,
        scenario,
        "--phase",
        "latency",
        "--warmup",
        "200ms",
        "--driver",
        driver,
      );
      const [{ ending, failure, load, resources, ledger, outside, warnings }] = results.records as [
        (typeof results.records)[number],
      ];
      assert.equal(ending, "completed", failure);
      assert.deepEqual([results.records.length, load!.completed, bodies.length], [1, 40, 40]);
      // the rate of the window, for half as long
      assert.equal(warmUps, 20);
      expected ??= bodies.toSorted();
      assert.deepEqual(bodies.toSorted(), expected);
      assert.equal(load!.expectedFailures, bodies.filter((body) => body === "POST /b").length);
      assert.ok(bodies.some((body) => /^GET \/a\/\d+\?n=\d+$/.test(body)));
      assert.deepEqual([ledger, outside, resources?.bytesOut], [undefined, undefined, undefined]);
      const { message } = warnings.find(({ code }) => code === "not-restarted")!;
      // the service is in this process
      assert.doesNotMatch(message, /engines\.test/);
      assert.match(stdout, /not restarted/);
      if (process.platform === "linux") assert.ok(resources!.cpuUs > 0 && message.includes(`(process ${process.pid})`));
      assert.equal((await fetch(`${service.origin}/a/1`)).status, 200);
    });
  }

  for (const [options, message] of [
    ["--sampler ratio:0.1", /--sampler/],
    ["--check", /--check/],
    ["--phase start", /--phase start/],
    ["--target url:http://10.9.9.9:80", /--allow-remote 10\.9\.9\.9/],
    ["--target url:http://10.9.9.9:80 --allow-remote 10.9.9.8", /--allow-remote 10\.9\.9\.9/],
    ["--target url:https://127.0.0.1", /http:\/\/127\.0\.0\.1:8080/],
    ["--target bare --allow-remote 10.9.9.9", /--allow-remote/],
    ["--driver vegetta", /did you mean "vegeta"/],
    ["--target bare --driver vegeta", /phase capacity/],
    ["--target url:http://127.0.0.1:1", /start the service first/],
    ["--precision 1%", /--precision: not possible/],
    ["--keep-env OTEL_LOG_LEVEL", /--keep-env: not possible/],
  ] as const)
    test(`${options} is the user's mistake`, async () => {
      const out = join(folder, "mistake.json");
      const { exitCode, stderr } = await runTogether("bench", scenario, ...TINY, "--out", out, ...options.split(" "));
      assert.equal(exitCode, 2, stderr);
      assert.match(stderr, message);
    });
});

describe("an engine leaves no secret of the requests in a file, and after an interruption nothing", () => {
  for (const [driver, find] of [
    ["vegeta", vegetaPath],
    ["locust", locustPath],
  ] as const)
    test(driver, { skip: missing(find) }, async () => {
      const secret = "zQ9x-hidden";
      const temporary = mkdtempSync(join(folder, "temporary-"));
      const files = (pattern: string): string[] => globSync(join(temporary, pattern));
      const window = Promise.withResolvers<void>();
      await using known = await startService((id, response) => {
        if (id > 0 && id < WARM_UP) window.resolve();
        reply(response);
      });
      const secrets = [{ route: "GET /", path: "/", headers: { authorization: `Bearer ${secret}` } }];
      const name = `interrupted-${driver}`;
      const scenario = writeJson(folder, name, { target: `url:${known.origin}`, requests: secrets });
      const out = join(folder, `${name}-out.json`);
      const args = [...TINY, "--duration", "10s", "--phase", "latency", "--driver", driver, "--out", out];
      const running = start(["bench", scenario, ...args], { env: { TMPDIR: temporary } });
      await Promise.race([window.promise, running]);
      const texts = files(`spantoll-${driver}-*/*`).map((file) => readFileSync(file, "utf8"));
      running.kill("SIGINT");
      const { exitCode, stderr } = await running;
      assert.equal(exitCode, 130, stderr);
      assert.ok(texts.every((text) => !text.includes(secret)));
      for (let tries = 0; tries < 100 && files("spantoll-*").length > 0; tries++) await sleep(50);
      assert.deepEqual(files("spantoll-*"), []);
    });
});

test("an engine that is missing is named with the command that installs it", async () => {
  const env = { PATH: folder, XDG_CACHE_HOME: folder };
  const args = ["bench", "--driver", "vegeta", "--phase", "latency", "--out", join(folder, "none.json")];
  const { exitCode, stderr } = await start(args, { env });
  assert.deepEqual([exitCode, /npm run setup:vegeta/.test(stderr)], [2, true], stderr);
  if (missing(locustPath) === false) return;
  const locust = await runTogether(
    "bench",
    "--driver",
    "locust",
    "--phase",
    "latency",
    "--out",
    join(folder, "none.json"),
  );
  assert.deepEqual([locust.exitCode, /npm run setup:locust/.test(locust.stderr)], [2, true]);
});
