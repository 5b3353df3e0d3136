/** What a service is given in secret: the run has it, and no file for others does. */
import assert from "node:assert/strict";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { temporaryFolder } from "../base/temporary-folder.fixture.ts";
import { journalPath } from "../record/journal.ts";
import { readResults } from "../record/file.ts";
import { runTogether, start, TINY, writeJson } from "./program.fixture.ts";

const folder = temporaryFolder();
const service = join(folder, "service.cjs");
const SECRET = "zQ9x-hidden";
const request = {
  route: "POST /",
  method: "POST",
  path: `/?key=${SECRET}`,
  headers: { authorization: `Bearer ${SECRET}` },
  body: `{"card":"${SECRET}"}`,
};
/** Answers only to those who know the secret. */
writeFileSync(
  service,
  `require("node:http").createServer((request, response) => {
    const known = process.argv[2] === "--token=${SECRET}" && request.headers.authorization === "Bearer ${SECRET}";
    response.writeHead(known && request.url.endsWith("${SECRET}") ? 200 : 403).end();
  }).listen(process.env.PORT, "127.0.0.1");`,
);

function scenarioOf(name: string, command: string): string {
  const fields = { samplers: ["none"], reference: false, phases: ["latency"], requests: [request] };
  return writeJson(folder, name, { target: `command:(${command})`, ...fields });
}

test("an interrupted run with secrets goes on from its journal; results, pages and output have none of them", async () => {
  const out = join(folder, "out.json");
  const scenario = scenarioOf("known", `node ${service} --token=${SECRET}`);
  const running = start(["bench", scenario, ...TINY, "--rounds", "3", "--out", out], { env: { HOME: folder } });
  while (!existsSync(journalPath(out)) || readFileSync(journalPath(out), "utf8").split("\n").length < 3)
    await sleep(20);
  running.kill("SIGINT");
  const interrupted = await running;
  assert.equal(interrupted.exitCode, 130, interrupted.stderr);
  assert.ok(!readFileSync(out, "utf8").includes(SECRET));
  assert.deepEqual(
    [out, journalPath(out)].map((path) => statSync(path).mode & 0o777),
    [0o600, 0o600],
  );
  const resumed = await runTogether("bench", "--resume", out, "--json");
  assert.ok(!existsSync(journalPath(out)));
  const { ending, records } = readResults(out);
  assert.equal(ending, "completed");
  assert.deepEqual([...new Set(records.map(({ load }) => load?.unexpected))], [0], resumed.stderr);
  const page = join(folder, "page.html");
  await runTogether("report", out, "--html", page);
  for (const text of [readFileSync(out, "utf8"), readFileSync(page, "utf8"), resumed.stdout, resumed.stderr])
    assert.ok(!text.includes(SECRET));
});

test("what a failing service writes is recorded without secrets and with control characters escaped", async () => {
  const out = join(folder, "failed.json");
  const says = `process.stderr.write("\\u001b[31mtoken=${SECRET}\\rlink\\n"); process.exit(1)`;
  writeFileSync(join(folder, "failing.cjs"), says);
  const { stderr, stdout } = await runTogether(
    "bench",
    scenarioOf("failing", `node ${folder}/failing.cjs`),
    ...TINY,
    "--out",
    out,
  );
  const [record] = readResults(out).records;
  assert.match(record!.failure!, /\\u001b\[31mtoken=\[redacted\]/);
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  for (const text of [record!.failure!, stderr, stdout]) assert.doesNotMatch(text, /zQ9x|[\u001b\r]/);
});

test("results that lack secrets cannot be resumed without the journal", async () => {
  const out = join(folder, "lost.json");
  await runTogether("bench", scenarioOf("whole", `node ${service} --token=${SECRET}`), ...TINY, "--out", out);
  const complete = await runTogether("bench", "--resume", out);
  assert.deepEqual([complete.exitCode, /already complete/.test(complete.stderr)], [2, true], complete.stderr);
  writeFileSync(
    out,
    readFileSync(out, "utf8").replace('"ending":"completed","records"', '"ending":"interrupted","records"'),
  );
  const { exitCode, stderr } = await runTogether("bench", "--resume", out);
  assert.deepEqual([exitCode, stderr.trim().split("\n").length], [2, 1], stderr);
  assert.match(stderr, /bodies/);
});
