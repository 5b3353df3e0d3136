import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFolder } from "../base/temporary-folder.fixture.ts";
import { fixtureResults } from "../report/results.fixture.ts";
import { readResults, writeWhole } from "./file.ts";

const folder = temporaryFolder();

test("a file that has a trial twice is damaged: it would narrow every interval", () => {
  const path = join(folder, "twice.json");
  const results = fixtureResults({ rounds: 2, phases: ["latency"], requests: 20 });
  writeWhole(path, results);
  assert.equal(readResults(path).records.length, results.records.length);
  writeWhole(path, { ...results, records: [...results.records, results.records[0]!] });
  assert.throws(() => readResults(path), { name: "UserError", message: /damaged: records: expected each trial once/ });
});
