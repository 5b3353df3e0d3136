import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { Command } from "commander";
import { UserError } from "../base/problem.ts";
import { otlpLines, shopTraces, temporaryFile } from "../simulate/recording.fixture.ts";
import { simulateCommand } from "../cli/simulate/simulate.ts";

const MAIN = join(import.meta.dirname, "../main.ts");
const FILE = temporaryFile("shop.jsonl", otlpLines(shopTraces(100)));

function run(...args: string[]): { code: number | null; out: string; err: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, "simulate", ...args], { encoding: "utf8" });
  return { code: status, out: stdout, err: stderr };
}

test("prints what each strategy keeps, and the volume at the given traffic", () => {
  const { code, out } = run(FILE, "--sampler", "always_on", "--sampler", "tail:errors", "--traffic", "20/s");
  assert.equal(code, 0);
  assert.match(out, /tail:errors keeps most of the failed traces: 100 %/);
  for (const part of ["What is kept", "no valid weight", "At equal span budget", "At 20 traces/s"]) {
    assert.ok(out.includes(part), part);
  }
});

test("under the answer stands what the recording is warned of", () => {
  const old = shopTraces(3).map((span) => ({ ...span, startUs: 1000 }));
  const { out } = run(temporaryFile("old.jsonl", otlpLines(old)), "--sampler", "always_on");
  assert.match(out, /^! Warned of odd-clock\.$/m);
});

test("prints the whole result as JSON", () => {
  const { code, out } = run(FILE, "--sweep", "ratio=0.1..0.5", "--repeat", "3", "--json");
  assert.equal(code, 0);
  const { recording, strategies } = JSON.parse(out) as {
    recording: { spans: number };
    strategies: { sampler: string; figures: { n: number }[] }[];
  };
  assert.equal(recording.spans, 500);
  assert.deepEqual(
    strategies.map(({ sampler }) => sampler),
    ["ratio:0.1", "ratio:0.2", "ratio:0.5"],
  );
  assert.equal(strategies[0]!.figures[0]!.n, 3);
});

test("mistakes are told in one line that names them", async () => {
  const cases: readonly [args: string[], message: RegExp][] = [
    [["nothing.json"], /nothing\.json: cannot be read \(ENOENT\)/],
    [[FILE, "--sampler", "ration:0.1"], /did you mean "ratio"/],
    [[FILE, "--sampler", "none"], /nothing to simulate/],
    [[FILE, "--traffic", "3000"], /--traffic "3000": expected a rate such as 600\/s/],
    [[FILE, "--repeat", "0"], /--repeat "0": expected a whole number, at least 1/],
    [[FILE, "--sampler", "rules:./no-rules.json"], /no-rules\.json/],
  ];
  for (const [args, message] of cases) {
    const program = new Command().exitOverride();
    simulateCommand(program);
    await assert.rejects(
      program.parseAsync(["simulate", ...args], { from: "user" }),
      (error) => error instanceof UserError && message.test(error.message) && error.issues.length === 1,
      args.join(" "),
    );
  }
});

test("a mistake ends with exit code 2 and one line", () => {
  const { code, out, err } = run(FILE, "--sampler", "ration:0.1");
  assert.deepEqual([code, out, err.trim().split("\n").length], [2, "", 1]);
});
