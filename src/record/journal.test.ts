import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import fc from "fast-check";
import { fixtureResults } from "../report/results.fixture.ts";
import { Journal, journalPath, readJournal } from "./journal.ts";

const folder = mkdtempSync(join(tmpdir(), "spantoll-test-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const { records, ...header } = fixtureResults({ rounds: 2, phases: ["latency"], requests: 20 });
const more = { id: "latency-3-1", block: 3, round: 3, phase: "latency", variant: "none", seed: 1 } as const;

/** The journal of a run that was killed after some of its trials. */
function leftJournal(name: string, finished: number): string {
  const out = join(folder, name);
  const journal = new Journal(out, header);
  journal.add(records.slice(0, finished));
  return out;
}

test("what a killed run had finished is read back, and so are trials that were added to its plan", () => {
  const out = join(folder, "added.json");
  const journal = new Journal(out, header);
  journal.add(records.slice(0, 2));
  journal.extend([more]);
  const read = readJournal(out)!;
  assert.deepEqual(read.records, records.slice(0, 2));
  assert.deepEqual(read.plan.trials, [...header.plan.trials, more]);
});

test("killed at whatever byte, a journal loses its last line at most, or says that it is none", () => {
  const whole = readFileSync(journalPath(leftJournal("whole.json", 3)), "utf8");
  const wholeLines = whole.trimEnd().split("\n");
  const cut = join(folder, "cut.journal.jsonl");
  fc.assert(
    fc.property(fc.nat(whole.length), (length) => {
      const text = whole.slice(0, length);
      writeFileSync(cut, text);
      // a line that lacks only its end is whole
      const lines = text.split("\n").filter((line, at) => line === wholeLines[at]).length;
      if (lines === 0) assert.throws(() => readJournal(cut), /first line is not that of a journal/);
      else assert.deepEqual(readJournal(cut)!.records, records.slice(0, lines - 1));
    }),
    { examples: [[0], [whole.indexOf("\n")], [whole.indexOf("\n") + 1], [whole.length]] },
  );
});

test("a run does not overwrite the journal of another that was cut off: it says how to go on", () => {
  const out = leftJournal("left.json", 2);
  assert.throws(() => new Journal(out, header), {
    name: "UserError",
    message: `--out "${out}": a run that was cut off left its journal "${journalPath(out)}" with 2 of 6 trials; go on with bench --resume "${out}", or delete it`,
  });
  assert.equal(readJournal(out)!.records.length, 2);
});

test("where nothing can be gone on with, it says to delete the journal", () => {
  const out = join(folder, "builds.json");
  const builds = header.plan.variants.map((variant) => ({ ...variant, build: "HEAD" }));
  new Journal(out, { ...header, plan: { ...header.plan, variants: builds } }).add([]);
  assert.throws(() => new Journal(out, header), /delete it, or write elsewhere$/);
});

test("the run that goes on takes the journal's place, with all that was finished in it at any moment", () => {
  const out = leftJournal("resumed.json", 2);
  const { records: earlier } = readJournal(out)!;
  const journal = new Journal(out, header, earlier);
  assert.equal(readJournal(out)!.records.length, 2);
  journal.add(records.slice(2, 3));
  assert.deepEqual(readJournal(out)!.records, records.slice(0, 3));
  journal.finish();
  assert.equal(existsSync(journalPath(out)), false);
});
