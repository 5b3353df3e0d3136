/** A service that can be measured in no variant ends the run at once: more failing in the same way tells no more. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { readResults } from "../record/file.ts";
import { run, start, temporaryFolder, TINY } from "./program.fixture.ts";

const SERVICE = join(import.meta.dirname, "own-service.fixture");
const folder = temporaryFolder();

const requests = [
  { route: "GET /items/:id", path: "/items/{n}", weight: 9 },
  { route: "GET /items/:id", class: "unknown", path: "/items/absent", weight: 1, expect: [404] },
];

test("a service that starts in no variant ends the run at once, with the reason", async () => {
  const scenario = join(folder, "hopeless.json");
  const target = "command:(node -e 'throw new Error(`no database`)')";
  writeFileSync(scenario, JSON.stringify({ about: "?", target, samplers: ["ratio:0.5"], requests }));
  const out = join(folder, "hopeless-results.json");
  const { exitCode, stderr } = await run("bench", scenario, ...TINY, "--rounds", "4", "--quiet", "--out", out);
  assert.equal(exitCode, 1);
  assert.match(
    stderr,
    /^stopped, since the service could be measured in no variant: .*exited with 1 .*: Error: no database$/m,
  );
  assert.doesNotMatch(stderr, /to go on/);
  const { records, ending, plan } = readResults(out);
  assert.deepEqual([records.length, plan.trials.length, ending], [3, 36, "interrupted"]);
});

for (const [dies, command] of [
  ["dies of its first request", "node SCRIPT"],
  ["is dead some time before its command ends", "sh -c 'node SCRIPT || { sleep 0.3; exit 3; }'"],
] as const)
  test(`so does one that comes up and ${dies}; going on with the run ends as soon`, async () => {
    const scenario = join(folder, "first-request.json");
    const script = join(folder, "first-request.cjs");
    writeFileSync(
      script,
      `require("node:http")
        .createServer(() => { throw new Error("no database"); })
        .listen(process.env.PORT, "127.0.0.1");`,
    );
    const target = `command:(${command.replace("SCRIPT", script)})`;
    writeFileSync(scenario, JSON.stringify({ about: "?", target, samplers: ["ratio:0.5"], requests }));
    const out = join(folder, "first-request-results.json");
    for (const args of [
      [scenario, ...TINY, "--rounds", "4", "--out", out],
      ["--resume", out],
    ]) {
      const { exitCode, stderr } = await run("bench", ...args, "--quiet");
      assert.equal(exitCode, 1);
      assert.match(
        stderr,
        /^stopped, since the service could be measured in no variant: .*exited with .* in mid-trial: Error: no database$/m,
      );
      const { records, plan } = readResults(out);
      assert.deepEqual([records.length, plan.trials.length], [3, 36]);
    }
  });

test("once the service works, going on with such a run measures all of it", async () => {
  const scenario = join(folder, "mended.json");
  const [script, database] = [join(folder, "mended.cjs"), join(folder, "database")];
  writeFileSync(
    script,
    `require("node:fs").readFileSync(${JSON.stringify(database)});
    require("node:http")
      .createServer((request, response) => response.writeHead(request.url.endsWith("absent") ? 404 : 200).end())
      .listen(process.env.PORT, "127.0.0.1");`,
  );
  const fields = { target: `command:(node ${script})`, samplers: ["ratio:0.5"], phases: ["cost"], requests };
  writeFileSync(scenario, JSON.stringify({ about: "?", ...fields }));
  const out = join(folder, "mended-results.json");
  const { stderr } = await run("bench", scenario, ...TINY, "--rounds", "2", "--quiet", "--out", out);
  assert.match(stderr, /^stopped, since the service could be measured in no variant/m);
  writeFileSync(database, "");
  const goneOn = await run("bench", "--resume", out, "--quiet");
  assert.doesNotMatch(goneOn.stderr, /stopped/);
  const { records, plan, ending, notes } = readResults(out);
  assert.deepEqual([ending, notes.filter((note) => note.startsWith("stopped"))], ["completed", []]);
  assert.deepEqual(
    records.map(({ trial }) => trial.id),
    plan.trials.map(({ id }) => id),
  );
  for (const record of records) assert.equal(record.ending, "completed", record.failure);
  assert.equal(goneOn.exitCode, records.every(({ valid }) => valid) ? 0 : 1);
});

test("a service that fails to start in one variant only does not end the run", async () => {
  const scenario = join(folder, "half.json");
  const target = `command:(sh -c 'test -z "$OTEL_TRACES_SAMPLER" && exec node server.cjs'),own_sdk`;
  const fields = { samplers: ["ratio:0.5"], reference: false, phases: ["latency"], requests };
  writeFileSync(scenario, JSON.stringify({ about: "?", target, ...fields }));
  const out = join(folder, "half-results.json");
  await start(["bench", scenario, ...TINY, "--rounds", "2", "--out", out], SERVICE);
  const endings = readResults(out).records.map(({ trial, ending }) => `${trial.variant} ${ending}`);
  assert.deepEqual(endings.toSorted(), ["none completed", "none completed", "ratio:0.5 failed", "ratio:0.5 failed"]);
});
