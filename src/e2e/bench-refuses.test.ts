/** What bench tells before it measures anything, with exit code 2. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { run, temporaryFolder } from "./program.fixture.ts";

const folder = temporaryFolder();

test("a folder that cannot be written is told before anything is measured", async () => {
  const { exitCode, stderr } = await run("bench", "--quick", "--out", join(folder, "absent", "x.json"));
  assert.equal(exitCode, 2);
  assert.match(stderr, /^--out ".*x\.json": results cannot be written there: ENOENT/);
});

for (const option of ["--out", "--record"]) {
  test(`a folder where ${option} expects a file is told before anything is measured`, async () => {
    const { exitCode, stdout, stderr } = await run("bench", "--quick", option, folder);
    assert.deepEqual([exitCode, stdout], [2, ""]);
    assert.match(stderr, new RegExp(`^${option} ".*": .*cannot be written.*: it is a folder$`));
  });
}

test("the user's mistakes exit with 2 and one line", async () => {
  const mistakes: [string[], RegExp][] = [
    [["--sampler", "ration:0.1"], /did you mean "ratio"/],
    [["--duration", "10"], /with its unit/],
    [["--smapler", "x"], /unknown option '--smapler' \(Did you mean --sampler\?\)/],
    [["nowhere"], /unknown scenario "nowhere"/],
    [["--node", "/"], /expected the path of a Node executable/],
    [["--max-time", "5"], /--max-time "5": expected a duration/],
    [["--precision", "0"], /--precision "0": expected a share above 0/],
    [["--metrics-port", "0"], /--metrics-port "0": expected a whole number from 1/],
    [["--resume", join(folder, "never.json")], /neither a results file nor a journal/],
  ];
  for (const [args, expected] of mistakes) {
    const { exitCode, stdout, stderr } = await run("bench", ...args);
    assert.equal(exitCode, 2, args.join(" "));
    assert.equal(stdout, "");
    assert.match(stderr, expected);
    assert.equal(stderr.trim().split("\n").length, 1);
  }
});
