/** A complete run is not lost, whatever it counted: shares of nothing are no error. */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFolder } from "../base/temporary-folder.fixture.ts";
import { findNodes, nodesText } from "../cli/bench/versions/nodes.ts";
import { readEnvironment } from "../record/environment.ts";
import { readResults } from "../record/file.ts";
import { decodeLine, encodeLine } from "../record/journal-lines.ts";
import { Journal, journalPath } from "../record/journal.ts";
import type { TrialRecord } from "../record/trial-record.ts";
import { fixtureResults } from "../report/results.fixture.ts";
import { findPinning } from "../run/processes/pinning.ts";
import { runTogether } from "./program.fixture.ts";

const folder = temporaryFolder();
const nodes = nodesText(await findNodes([], () => undefined));
const environment = await readEnvironment(nodes, findPinning().pinning);
const NOTHING = { offered: 0, kept: 0 };

/** No request failed, was slow or rare, and no trace arrived. */
function emptied(record: TrialRecord): TrialRecord {
  const { fidelity } = record;
  if (fidelity === undefined) return record;
  const none = { requests: 0, errors: NOTHING, tail: NOTHING, rare: NOTHING, incident: NOTHING };
  const traces = { arrived: 0, whole: 0, partial: 0, rootless: 0, unnamedLosses: 0 };
  return { ...record, fidelity: { ...fidelity, ...none, traces } };
}

for (const [name, isEmpty] of [
  ["all trials", () => true],
  ["some trials", ({ trial }: TrialRecord) => trial.round === 1],
] as const)
  test(`a complete journal with 0 of 0 kept in ${name} becomes results, a report and advice`, async () => {
    const { records, ...planned } = fixtureResults({ rounds: 4, requests: 40 });
    const header = { ...planned, environment };
    const out = join(folder, `${name}.json`);
    const journal = new Journal(out, header);
    journal.add(records.map((record) => (isEmpty(record) ? emptied(record) : record)));
    const [first, ...lines] = readFileSync(journalPath(out), "utf8").split("\n");
    // its process is gone
    const writer = { pid: process.pid, startTicks: "0" };
    writeFileSync(journalPath(out), encodeLine({ ...(decodeLine(first!) as object), writer }) + lines.join("\n"));
    const resumed = await runTogether("bench", "--resume", journalPath(out));
    assert.doesNotMatch(resumed.stderr, /RangeError|\n {4}at /);
    assert.match(resumed.stdout, /always_on/);
    assert.equal(readResults(out).records.length, records.length);
    for (const command of [["report"], ["report", "--json"], ["report", "--prometheus"], ["history"], ["advise"]]) {
      const { stdout, stderr, exitCode } = await runTogether(command[0]!, out, ...command.slice(1));
      assert.ok([0, 1, 3].includes(exitCode), stderr);
      assert.doesNotMatch(stdout + stderr, /RangeError|NaN|\n {4}at /);
    }
  });
