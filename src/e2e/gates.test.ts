/** Validity gates end to end: what is wrong with a real run is told, and makes it void where it must. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { readResults } from "../record/file.ts";
import { run, temporaryFolder, TINY } from "./program.fixture.ts";

const folder = temporaryFolder();
const ALONE = [...TINY, "--phase", "latency", "--no-reference", "--sampler", "noop"];

/** The records of a tiny run of a scenario, its exit code and its report. */
async function runScenario(name: string, scenario: object, ...args: readonly string[]) {
  const [file, out] = [join(folder, `${name}.json`), join(folder, `${name}-results.json`)];
  writeFileSync(file, JSON.stringify({ target: "bare:1", ...scenario }));
  const { exitCode, stdout } = await run("bench", file, ...ALONE, ...args, "--out", out);
  return { exitCode, stdout, records: readResults(out).records };
}

test("a service that answers with other statuses than expected makes its trials void, and the exit code 1", async () => {
  const requests = [{ route: "GET /", path: "/", expect: [418] }];
  const { exitCode, stdout, records } = await runScenario("teapot", { requests });
  assert.equal(exitCode, 1);
  for (const { valid, warnings } of records) {
    assert.equal(valid, false);
    assert.ok(warnings.some(({ code, voids }) => code === "unexpected-responses" && voids === true));
  }
  assert.match(stdout, /unexpected-responses/);
  assert.match(stdout, /void/);
});

// a slow order takes 60 ms at least
test("requests that time out are told as lost, and a rate that is not reached voids the trial", async () => {
  const scenario = { target: "orders", classes: { slow: 0.5 } };
  const { exitCode, records } = await runScenario("hasty", scenario, "--timeout", "50ms");
  assert.equal(exitCode, 1);
  for (const { valid, load, warnings, failure } of records) {
    // on a busy machine even the ordinary ones may take longer than that
    if (load === undefined) {
      assert.match(failure!, /none of \d+ requests was answered: \d+ broke off, \d+ timed out/);
      continue;
    }
    assert.ok(load.timeouts > 0);
    assert.equal(valid, false);
    const codes = warnings.map(({ code }) => code);
    assert.ok(codes.includes("lost-requests") && codes.includes("rate-not-reached"), codes.join(", "));
  }
});
