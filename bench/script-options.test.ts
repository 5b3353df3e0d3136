/** What the scripts print about a mistake before they measure anything. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { execa } from "execa";

const mistakes: readonly (readonly [script: string, args: readonly string[], message: RegExp])[] = [
  ["no-regression", ["--results", "abc"], /^--results "abc": expected a whole number, at least 2$/],
  ["no-regression", ["--results", "1"], /^--results "1": expected a whole number, at least 2$/],
  ["no-regression", ["--pairs", "0"], /^--pairs "0": expected a whole number, at least 1$/],
  ["kills", ["--kills", "abc"], /^--kills "abc": expected a whole number, at least 1$/],
  ["kills", ["--kills", "0"], /^--kills "0": expected a whole number, at least 1$/],
  ["kills", ["--kills", "--seed", "3"], /^Option '--kills' argument is ambiguous\.$/],
  ["kills", ["--killz", "3"], /^Unknown option '--killz'/],
  ["regression", ["--cost", "abc"], /^--cost "abc": expected a share above 0 and at most 1/],
  ["regression", ["--cost", "0%"], /^--cost "0%": expected a share above 0 and at most 1/],
  ["regression", ["--pairs", "0"], /^--pairs "0": expected a whole number, at least 1$/],
  ["regression", ["--target", "bares:5"], /^"bares:5": unknown target "bares" \(did you mean "bare"\?\)/],
  ["soak", ["--spans", "0"], /^--spans "0": expected a whole number, at least 1$/],
  ["soak", ["--exporter", "otpl"], /^"otpl": unknown exporter "otpl"/],
  ["simulate", ["--rounds", "0"], /^--rounds "0": expected a whole number, at least 1$/],
  [
    "simulate",
    ["--task", "ratio:0.2"],
    /^--task "ratio:0\.2": expected .*, ratio:0\.1, .* \(did you mean "ratio:0\.1"\?\)$/,
  ],
  ["simulate", ["--heap", "abc"], /^--heap "abc": expected a whole number, at least 1$/],
  ["simulate", ["--file", "absent.jsonl"], /^--file "absent\.jsonl": cannot be read: ENOENT$/],
  [
    "simulate",
    ["--file", "traces.jsonl", "--spans", "500000"],
    /^--spans: without effect with --file, which takes traces that are there$/,
  ],
  ["simulate", ["--keep", "kept.jsonl", "--file", "traces.jsonl"], /^--keep: without effect with --file, /],
  ["simulate", ["--keep", "absent/traces.jsonl"], /^--keep "absent\/traces\.jsonl": cannot be written: ENOENT$/],
  ["live-simulated", ["--rate", "300"], /^--rate "300": expected a rate such as 600\/s/],
];

for (const [script, args, message] of mistakes) {
  test(`${script} ${args.join(" ")} ends with 2 and one line`, async () => {
    const path = join(import.meta.dirname, `${script}.ts`);
    const { exitCode, stdout, stderr } = await execa(process.execPath, [path, ...args], {
      reject: false,
      timeout: 10_000,
    });
    assert.deepEqual([exitCode, stdout, stderr.split("\n").length], [2, "", 1], stderr);
    assert.match(stderr, message);
  });
}
