/** A service of the user's own that fails: the trial says why, and nothing of it is left. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { processIds, processText } from "../base/process-identity.ts";
import { readResults } from "../record/file.ts";
import { ANSWER, folder, prepare, SERVER, SERVICE, UNTRACED } from "./own-service-scenario.fixture.ts";
import { measure, runTogether, runTogetherIn, TINY, writeJson } from "./program.fixture.ts";

const ONE_TRIAL = ["--phase", "latency", "--no-reference", "--sampler", "always_off"];

test("a service that answers without the instrumentation fails its trial, with what is missing", async () => {
  const target = `command:(env -u NODE_OPTIONS node ${join(SERVICE, "server.cjs")})`;
  const { scenario, out } = prepare("bare", { ...UNTRACED, target });
  assert.equal((await runTogether("bench", scenario, ...TINY, "--out", out)).exitCode, 3);
  assert.match(readResults(out).records[0]!.failure!, /NODE_OPTIONS/);
});

for (const [name, script] of [
  ["dies when it starts", "throw new Error(`no database`);"],
  ["dies of its first request", SERVER("throw new Error(`no database`);")],
] as const)
  test(`a service that ${name} ends the run at once with the reason, and so does --resume`, async () => {
    const { scenario, out } = prepare(name.replaceAll(" ", "-"), { reference: false }, script);
    for (const args of [
      [scenario, ...TINY, "--rounds", "2", "--out", out],
      ["--resume", out],
    ]) {
      const { exitCode, stderr } = await runTogether("bench", ...args);
      assert.equal(exitCode, 3, stderr);
      assert.match(stderr, /no database/);
      const { records, plan, ending } = readResults(out);
      assert.deepEqual([records.length, plan.trials.length, ending], [2, 12, "interrupted"]);
    }
  });

test("once the service works, --resume measures the whole plan", async () => {
  const database = join(folder, "database");
  const script = `require("node:fs").readFileSync(${JSON.stringify(database)}); ${SERVER(ANSWER)}`;
  const { scenario, out } = prepare("mended", { phases: ["cost"], reference: false }, script);
  await runTogether("bench", scenario, ...TINY, "--rounds", "2", "--out", out);
  writeFileSync(database, "");
  await runTogether("bench", "--resume", out);
  const { records, plan, ending } = readResults(out);
  assert.equal(ending, "completed");
  assert.deepEqual(
    records.map(({ trial }) => trial.id),
    plan.trials.map(({ id }) => id),
  );
  for (const record of records) assert.equal(record.ending, "completed", record.failure);
});

test("once the service answers as expected, --resume measures the whole plan", async () => {
  const mended = join(folder, "mended-answers");
  const script = SERVER(
    `if (require("node:fs").existsSync(${JSON.stringify(mended)})) ${ANSWER} else response.writeHead(500).end();`,
  );
  const { scenario, out } = prepare("answers", { phases: ["cost"], reference: false }, script);
  assert.equal((await runTogether("bench", scenario, ...TINY, "--rounds", "2", "--out", out)).exitCode, 3);
  writeFileSync(mended, "");
  await runTogether("bench", "--resume", out);
  const { records, plan, ending } = readResults(out);
  assert.equal(ending, "completed");
  assert.equal(records.length, plan.trials.length);
  for (const { load } of records) assert.equal(load?.unexpected, 0);
});

test("a service that fails in one variant only does not end the run", async () => {
  const target = `command:(sh -c 'test -z "$OTEL_TRACES_SAMPLER" && exec node server.cjs'),own_sdk`;
  const { scenario, out } = prepare("half", { target, reference: false, phases: ["latency"] });
  await runTogetherIn(SERVICE, "bench", scenario, ...TINY, "--rounds", "2", "--out", out);
  const endings = readResults(out).records.map(({ trial, ending }) => `${trial.variant} ${ending}`);
  assert.deepEqual(endings.toSorted(), ["none completed", "none completed", "ratio:0.5 failed", "ratio:0.5 failed"]);
});

test("a service that blocks its event loop fails its trial, and is ended", async () => {
  const wait = "Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);";
  const load = [
    { route: "GET /items/:id", path: "/items/1", weight: 30 },
    { route: "GET /items/block", path: "/items/block", weight: 1 },
  ];
  const body = `if (request.url === "/items/block") ${wait} response.end("{}");`;
  const fields = { ...UNTRACED, requests: load, timeout: "300ms" };
  const { scenario, out, script } = prepare("blocking", fields, SERVER(body));
  assert.equal((await runTogether("bench", scenario, ...TINY, "--out", out)).exitCode, 3);
  const [record] = readResults(out).records;
  assert.equal(record!.ending, "failed");
  assert.match(record!.failure!, /event loop/);
  const running = processIds().filter((pid) => processText(pid, "cmdline")?.includes(script));
  assert.deepEqual(running, []);
});

for (const [name, routes] of [
  ["every answer is", [418]],
  ["the answers of one route are", [418, 200]],
] as const)
  test(`a run in which ${name} unexpected stops after one group of trials, with route, status and fix, and ends with 3`, async () => {
    const requests = routes.map((status, at) => ({ route: `GET /${at}`, path: "/", expect: [status] }));
    const scenario = writeJson(folder, `teapot-${routes.length}`, { target: "bare:1", requests });
    const { results, exitCode, stderr } = await measure(
      join(folder, `teapot-${routes.length}-results.json`),
      scenario,
      ...ONE_TRIAL,
      "--rounds",
      "5",
    );
    assert.equal(exitCode, 3);
    assert.ok(results.records.length < results.plan.trials.length);
    assert.match(stderr, /stopped: .*GET \/0 answered 200 to (\d+) of \1: .*"expect": \[200\]/);
    assert.doesNotMatch(stderr, /--resume/);
    for (const { valid, warnings } of results.records) {
      assert.equal(valid, false);
      assert.ok(warnings.some(({ code }) => code === "unexpected-responses"));
    }
  });

test("requests that time out are lost, and a rate that is not reached makes the trial invalid", async () => {
  // a slow order takes at least 60 ms
  const fields = { target: "orders", classes: { slow: 0.5 }, timeout: "50ms" };
  const scenario = writeJson(folder, "hasty", fields);
  const { results, exitCode } = await measure(join(folder, "hasty-results.json"), scenario, ...ONE_TRIAL);
  assert.equal(exitCode, 3);
  for (const { valid, load, warnings } of results.records) {
    assert.equal(valid, false);
    if (load === undefined) continue;
    const codes = warnings.map(({ code }) => code);
    assert.ok((load.timeouts ?? 0) > 0 && codes.includes("lost-requests") && codes.includes("rate-not-reached"));
  }
});

test("the check names the end of a service that dies while it is asked, and no cause of missing spans", async () => {
  const dies = `if ((globalThis.asked = (globalThis.asked ?? 0) + 1) > 5) throw new Error("kaboom"); ${ANSWER}`;
  const { scenario } = prepare("mortal", {}, SERVER(dies));
  const { exitCode, stdout } = await runTogether("bench", scenario, "--check");
  assert.equal(exitCode, 3, stdout);
  assert.match(stdout, /^wrong +start: .*exited with 1.*kaboom/m);
  assert.doesNotMatch(stdout, /^wrong +spans arrive/m);
});
