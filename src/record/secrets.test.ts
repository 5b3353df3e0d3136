import assert from "node:assert/strict";
import { statSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { temporaryFolder } from "../base/temporary-folder.fixture.ts";
import { fixtureResults } from "../report/results.fixture.ts";
import { targetSpec } from "../spec/scenario.ts";
import { quote } from "../base/spec-string.ts";
import { readResults, writeWhole } from "./file.ts";
import { Journal, journalPath } from "./journal.ts";
import { lacksSecrets, withoutSecrets } from "./secrets.ts";

const folder = temporaryFolder();
const results = fixtureResults({ rounds: 2, phases: ["latency"], requests: 20 });
const request = { route: "GET /", class: "ordinary", method: "POST", path: "/?token=abc", weight: 1, expect: [200] };

test("results files and journals are for their owner only", () => {
  const out = join(folder, "owner.json");
  writeWhole(out, results);
  const journal = new Journal(join(folder, "running.json"), results);
  journal.keep();
  for (const path of [out, journalPath(join(folder, "running.json"))]) assert.equal(statSync(path).mode & 0o777, 0o600);
});

test("any command with a secret is written without it, and the file reads back", () => {
  const out = join(folder, "command.json");
  const piece = fc.string({ unit: fc.constantFrom(..." ab=\"'\\(),-/".split("")) });
  fc.assert(
    fc.property(piece, piece, fc.constantFrom("--token=", "KEY=", "--password "), (before, behind, name) => {
      const target = targetSpec.parse(`command:${quote(`node ${before} ${name}zQ9x ${behind}`)}`);
      const safe = withoutSecrets({ ...results, scenario: { ...results.scenario, target } });
      writeWhole(out, safe);
      const read = readResults(out);
      assert.ok(!read.scenario.target.text.includes("zQ9x"), read.scenario.target.text);
      assert.deepEqual(read.scenario.target, safe.scenario.target);
      assert.ok(lacksSecrets(read));
    }),
    { numRuns: 300 },
  );
});

test("a body is written as its length and hash; without secrets nothing is missing", () => {
  const requests = [{ ...request, body: '{"card":"4111"}' }];
  const safe = withoutSecrets({ ...results, scenario: { ...results.scenario, requests } });
  assert.match(JSON.stringify(safe.scenario.requests), /\?token=\[redacted\].*\[15 bytes, sha256 /);
  assert.ok(lacksSecrets(safe));
  assert.deepEqual(withoutSecrets(safe), safe);
  assert.deepEqual(withoutSecrets(results), results);
  assert.ok(!lacksSecrets(results));
});
