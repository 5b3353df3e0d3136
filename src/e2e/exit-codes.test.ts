/** How commands end that judge a file: as the run ended itself, if a trial is invalid. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { temporaryFolder } from "../base/temporary-folder.fixture.ts";
import { changed } from "../report/report.fixture.ts";
import { fixtureResults } from "../report/results.fixture.ts";
import { runTogether, writeJson } from "./program.fixture.ts";

test("advise and compare end with 3 if a trial is invalid, whatever they conclude from the others", async () => {
  const folder = temporaryFolder();
  const sound = writeJson(folder, "sound", fixtureResults({ rounds: 8 }));
  const invalid = changed((record) => (record.trial.round === 8 ? { ...record, valid: false } : record));
  const unsound = writeJson(folder, "unsound", invalid(fixtureResults({ rounds: 8 })));
  const commands = (file: string): readonly string[][] => [
    ["advise", file],
    ["compare", sound, file],
  ];
  for (const [file, code] of [
    [sound, 0],
    [unsound, 3],
  ] as const)
    for (const command of commands(file)) {
      const { exitCode, stdout, stderr } = await runTogether(...command);
      assert.equal(exitCode, code, stdout + stderr);
      assert.equal(stderr.includes("exit code 3"), code === 3);
    }
  const { exitCode } = await runTogether("advise", unsound, "--max-cpu", "0.001us");
  assert.equal(exitCode, 1, "a missed limit is missed all the same");
  assert.equal((await runTogether("report", unsound)).exitCode, 0, "it judges nothing");
});
