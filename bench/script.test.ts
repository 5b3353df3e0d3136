/** What the scripts print about a mistake before they measure anything. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { execa } from "execa";

const mistakes: readonly (readonly [script: string, args: readonly string[], message: RegExp])[] = [
  ["micro", ["--rounds", "1"], /^--rounds "1": expected a whole number, at least 2$/],
  ["chaos", ["--runs", "--seed", "3"], /^Option '--runs' argument is ambiguous\.$/],
  ["chaos", ["--runz", "3"], /^Unknown option '--runz'/],
  ["regression", ["--cost", "101%"], /^--cost "101%": expected a share from 0 to 1/],
  ["regression", ["--target", "bares:5"], /^--target "bares:5": unknown target "bares" \(did you mean "bare"\?\)/],
  [
    "bisect",
    ["--otel", "2.9.0"],
    /^--otel "2\.9\.0": expected two versions, the earlier first, such as 2\.0\.0\.\.2\.12\.1$/,
  ],
  ["bisect", ["--otel", "2.12.1..2.9.0"], /^--otel "2\.12\.1\.\.2\.9\.0": expected two versions, the earlier first/],
  ["collector-rates", ["--rates", "1000,10"], /^--rates "1000,10": expected a whole number, at least 50$/],
  ["engines", ["--rate", "600"], /^--rate "600": expected a rate such as 600\/s/],
  ["micro", ["--filter", "no-such"], /^--filter "no-such": no part has that in its name$/],
  [
    "simulate",
    ["--task", "ratio:0.2"],
    /^--task "ratio:0\.2": expected .*, ratio:0\.1, .* \(did you mean "ratio:0\.1"\?\)$/,
  ],
  ["simulate", ["--file", "absent.jsonl"], /^--file "absent\.jsonl": expected the name of a file with traces$/],
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
