import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, openSync, readdirSync, readFileSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { temporaryFolder } from "../base/temporary-folder.fixture.ts";
import { fixtureResults } from "../report/results.fixture.ts";
import { appendWhole, decodeLine, encodeLine } from "./journal-lines.ts";
import { Journal, journalPath, readJournal } from "./journal.ts";

const folder = temporaryFolder();

const { records, ...header } = fixtureResults({ rounds: 2, phases: ["latency"], requests: 20 });
const more = { id: "latency-3-1", block: 3, round: 3, phase: "latency", variant: "none", seed: 1 } as const;

/** The journal of a run that was killed after some of its trials. */
function leftJournal(name: string, finished: number): string {
  const out = join(folder, name);
  const journal = new Journal(out, header);
  journal.add(records.slice(0, finished));
  abandon(out);
  return out;
}

/** Makes the journal that of a process that is gone. */
function abandon(out: string, copy = journalPath(out), startTicks = "0"): void {
  const [first, ...lines] = linesIn(out);
  const header = { ...(decodeLine(first!) as object), writer: { pid: process.pid, startTicks } };
  writeFileSync(copy, encodeLine(header) + lines.join("\n"));
}

function linesIn(out: string): string[] {
  return readFileSync(journalPath(out), "utf8").split("\n");
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
      if (lines === 0) assert.throws(() => readJournal(cut), /line 1 is damaged/);
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

test("if nothing can be gone on with, it says to delete the journal", () => {
  const out = join(folder, "builds.json");
  const builds = header.plan.variants.map((variant) => ({ ...variant, build: "HEAD" }));
  new Journal(out, { ...header, plan: { ...header.plan, variants: builds } }).add([]);
  abandon(out);
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

test("the journal of a run that is not over is taken by no other run, and not by one that resumes it", () => {
  const out = join(folder, "running.json");
  new Journal(out, header).add(records.slice(0, 1));
  for (const earlier of [undefined, []]) {
    assert.throws(() => new Journal(out, header, earlier), {
      name: "UserError",
      message: new RegExp(`process ${process.pid} is measuring it`),
    });
  }
  assert.equal(readJournal(out)!.records.length, 1);
});

test("of many runs that go on at the same moment, one takes the journal, also if one was killed as it took it", async () => {
  const program = `
    import { Journal, readJournal } from ${JSON.stringify(new URL("./journal.ts", import.meta.url).href)};
    const { records, damagedLines, ...header } = readJournal(process.argv[1]);
    process.stdin.on("end", () => process.exit()).once("data", () => {
      try { new Journal(process.argv[1], header, records); } catch (error) { process.exit(error.name === "UserError" ? 2 : 1); }
    });
    process.stdout.write("ready");`;
  for (const killed of [false, true]) {
    const out = leftJournal(`taken-${killed}.json`, 2);
    if (killed) abandon(out, `${journalPath(out)}.after-${process.pid}-0`, "1");
    const runs = Array.from({ length: 4 }, () =>
      spawn(process.execPath, ["--input-type=module", "--eval", program, out]),
    );
    // also at its end, so that a run that fails to start fails the test
    await Promise.all(runs.map(({ stdout }) => once(stdout, "readable")));
    // the one that goes on lives until the others have tried
    let left = runs.length;
    for (const run of runs) run.once("exit", () => --left === 1 && runs.forEach(({ stdin }) => stdin.end()));
    for (const { stdin } of runs) stdin.write("go");
    const codes = (await Promise.all(runs.map((run) => once(run, "exit")))).map(([code]) => code as number);
    assert.deepEqual(
      codes.toSorted((a, b) => a - b),
      [0, 2, 2, 2],
    );
    assert.equal(readJournal(out)!.records.length, 2);
    assert.deepEqual(
      readdirSync(folder).filter((name) => name.startsWith(`taken-${killed}`)),
      [`taken-${killed}.journal.jsonl`],
    );
  }
});

test("a flipped bit, and two lines in one, are damaged lines with their numbers; the others count", () => {
  const out = leftJournal("flipped.json", 3);
  const lines = linesIn(out);
  const digit = /"tookMs":(\d)/.exec(lines[2]!)!;
  lines[2] = lines[2]!.replace(digit[0], `"tookMs":${(Number(digit[1]) + 1) % 10}`);
  writeFileSync(journalPath(out), lines.join("\n"));
  const flipped = readJournal(out)!;
  assert.deepEqual(flipped.damagedLines, [3]);
  assert.deepEqual(flipped.records, [records[0], records[2]]);
  writeFileSync(journalPath(out), [lines[0], lines[1], lines[2].slice(0, 20) + lines[3]].join("\n"));
  assert.deepEqual(readJournal(out)!.damagedLines, [3]);
});

test("a record that is there again replaces the first", () => {
  const out = leftJournal("twice.json", 1);
  const again = { ...records[0]!, tookMs: 7 };
  writeFileSync(journalPath(out), linesIn(out).join("\n") + encodeLine(again));
  assert.deepEqual(readJournal(out)!.records, [again]);
});

test("a write is continued if the kernel takes a part of it; one that fails leaves the file as it was", () => {
  const path = join(folder, "short");
  const file = openSync(path, "w");
  const seven = (one: number, bytes: Buffer, from: number, length: number, at: number): number =>
    writeSync(one, bytes, from, Math.min(7, length), at);
  const length = appendWhole(file, 0, "twenty bytes of text", seven);
  assert.equal(readFileSync(path, "utf8"), "twenty bytes of text");
  let calls = 0;
  const full = (...args: Parameters<typeof seven>): number => {
    if (++calls > 1) throw new Error("ENOSPC");
    return seven(...args);
  };
  assert.throws(() => appendWhole(file, length, "and twenty more", full), /ENOSPC/);
  assert.equal(readFileSync(path, "utf8"), "twenty bytes of text");
});
