import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFolder } from "../base/temporary-folder.fixture.ts";
import { otlpLines, shopTraces, temporaryFile } from "../simulate/recording.fixture.ts";
import { runTogether, TINY } from "./program.fixture.ts";

const SHOP = shopTraces(100);
const FILE = temporaryFile("shop.jsonl", otlpLines(SHOP));

/** The share of traces that each sampler keeps, in the order given. */
async function keptTraces(...args: string[]): Promise<{ readonly center: number; low: number; high: number }[]> {
  const { stdout, stderr } = await runTogether("simulate", FILE, ...args, "--json");
  assert.equal(stderr, "");
  const { strategies } = JSON.parse(stdout) as {
    strategies: { figures: { metric: string; center: number; low: number; high: number }[] }[];
  };
  return strategies.map(({ figures }) => figures.find(({ metric }) => metric === "keptTraces")!);
}

test("simulate prints what each sampler keeps, and the volume at the given traffic", async () => {
  const options = ["--sampler", "always_on", "--sampler", "tail:errors", "--traffic", "20/s"];
  const { exitCode, stdout } = await runTogether("simulate", FILE, ...options);
  assert.equal(exitCode, 0);
  for (const part of ["tail:errors", "always_on", "20 traces/s"]) assert.ok(stdout.includes(part), part);
});

test("simulate warns of a recording with an odd clock", async () => {
  const old = shopTraces(3).map((span) => ({ ...span, startUs: 1000 }));
  const { stdout } = await runTogether(
    "simulate",
    temporaryFile("old.jsonl", otlpLines(old)),
    "--sampler",
    "always_on",
  );
  assert.match(stdout, /odd-clock/);
});

test("simulate prints the whole result of a sweep as JSON", async () => {
  const { stdout } = await runTogether("simulate", FILE, "--sweep", "ratio=0.1..0.5", "--repeat", "3", "--json");
  const { recording, strategies } = JSON.parse(stdout) as {
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

test("more repetitions over the same traffic do not narrow an interval, also if all keep the same traces", async () => {
  const samplers = ["--sampler", "ratio:0.5", "--sampler", "parentbased:rate:5/s"];
  const few = await keptTraces(...samplers, "--repeat", "4");
  const many = await keptTraces(...samplers, "--repeat", "100");
  for (const [at, { low, high }] of many.entries()) {
    const before = few[at]!.high - few[at]!.low;
    assert.ok(high - low > 0.9 * before && before > 0.02, `${before} -> ${high - low}`);
  }
});

test("a Jaeger strategies file and a Collector's tail_sampling are strategies that keep what they say", async () => {
  const strategy = { type: "probabilistic", param: 0 };
  const jaeger = temporaryFile(
    "strategies.json",
    JSON.stringify({
      service_strategies: [
        {
          service: "gateway",
          ...strategy,
          operation_strategies: [{ operation: "POST /orders", type: "probabilistic", param: 1 }],
        },
      ],
      default_strategy: strategy,
    }),
  );
  const policies =
    "[{ name: e, type: status_code, status_code: { status_codes: [ERROR] } }, { name: s, type: latency, latency: { threshold_ms: 100 } }]";
  const collector = temporaryFile("collector.yaml", `processors: { tail_sampling: { policies: ${policies} } }`);
  const kept = await keptTraces("--sampler", `jaeger_remote:${jaeger}`, "--sampler", `tail_sampling:${collector}`);
  const roots = SHOP.filter(({ parentId }) => parentId === undefined);
  const expected = [
    roots.filter(({ name }) => name === "POST /orders"),
    roots.filter(({ failed, durationUs }) => failed || durationUs >= 101_000),
  ];
  assert.deepEqual(
    kept.map(({ center }) => center),
    expected.map((some) => some.length / roots.length),
  );
});

test("bench --record takes every round, and says how much it wrote", async () => {
  const folder = temporaryFolder();
  const file = join(folder, "traces.jsonl");
  const alone = ["--target", "bare:1", "--sampler", "always_on", "--phase", "latency"];
  const args = [...alone, ...TINY, "--rounds", "2", "--record", file, "--out", join(folder, "results.json")];
  const { stderr } = await runTogether("bench", ...args);
  const [, traces, trials] = /: (\d+) traces of (\d+) latency trials of always_on/.exec(stderr)!;
  const ids = readFileSync(file, "utf8").match(/"traceId":"\w+"/g)!;
  assert.deepEqual([Number(trials), Number(traces)], [2, new Set(ids).size]);
  const { stdout } = await runTogether("simulate", file, "--sampler", "always_on", "--json");
  assert.equal((JSON.parse(stdout) as { recording: { traces: number } }).recording.traces, Number(traces));
});

test("simulate finds what keeps the failures in the fewest spans, and says by its exit code if nothing does", async () => {
  const collector = temporaryFile(
    "collector.yaml",
    "processors: { tail_sampling: { policies: [{ name: a, type: status_code, status_code: { status_codes: [ERROR] } }] } }",
  );
  const samplers = ["--sampler", "always_on", "--sampler", `tail_sampling:${collector}`];
  const found = await runTogether("simulate", FILE, ...samplers, "--min-errors", "95%", "--json");
  assert.equal((JSON.parse(found.stdout) as { answer: { sampler: string } }).answer.sampler, "tail:errors,wait=30s");
  const page = await runTogether("simulate", FILE, ...samplers, "--min-errors", "95%");
  assert.deepEqual([page.exitCode, page.stdout.startsWith("tail:errors,wait=30s")], [3, true]);
  assert.match(page.stdout.split("\n\n")[0]!, /not settled/);
  const long = temporaryFile("long.jsonl", otlpLines(shopTraces(3000)));
  const settled = await runTogether("simulate", long, ...samplers, "--min-errors", "95%");
  assert.deepEqual([settled.exitCode, settled.stdout.includes("not settled")], [0, false]);
  assert.equal((await runTogether("simulate", FILE, "--sampler", "always_off", "--min-errors", "95%")).exitCode, 1);
});

test("shards merged, in any order, print what one run prints, its exit code included", async () => {
  const options = [FILE, "--sampler", "ratio:0.3", "--sampler", "rate:5/s", "--min-errors", "95%", "--traffic", "20/s"];
  const files = await Promise.all(
    ["2/2", "1/2"].map(async (part) => {
      const { exitCode, stdout } = await runTogether("simulate", ...options, "--shard", part);
      assert.equal(exitCode, 0);
      return temporaryFile("shard.json", stdout);
    }),
  );
  const [whole, merged] = [
    await runTogether("simulate", ...options),
    await runTogether("simulate", "--merge", ...files),
  ];
  assert.deepEqual([merged.exitCode, merged.stdout], [1, whole.stdout]);
  const { exitCode, stderr } = await runTogether("simulate", "--merge", files[1]!);
  assert.deepEqual([exitCode, stderr.trim()], [2, "--merge: missing 2/2"]);
});

test("simulate names the sampler, option or file that is wrong", async () => {
  const cases: readonly (readonly [string[], string])[] = [
    [["--sampler", "ration:0.1"], "ratio"],
    [["--sampler", "none"], "none"],
    [["--traffic", "3000"], "--traffic"],
    [["--repeat", "0"], "--repeat"],
    [["--min-errors", "95"], "--min-errors"],
    [["--sampler", "tail_sampling:no.yaml"], "no.yaml"],
    [["--sampler", "rules:./no-rules.json"], "no-rules.json"],
    [["--shard", "3/2"], "3/2"],
    [["--merge"], "simulate --shard"],
    [["--merge", "--repeat", "3"], "--repeat"],
  ];
  for (const [args, named] of cases) {
    const { exitCode, stderr } = await runTogether("simulate", FILE, ...args);
    assert.deepEqual([exitCode, stderr.trim().split("\n").length], [2, 1], stderr);
    assert.ok(stderr.includes(named), stderr);
  }
});

test("thresholds come from the recording: of a service of a few ms the slow traces are kept alone", async () => {
  const fast = shopTraces(1000).map((span) => ({ ...span, durationUs: Math.max(1, Math.round(span.durationUs / 50)) }));
  const file = temporaryFile("fast.jsonl", otlpLines(fast));
  const { stdout } = await runTogether("simulate", file, "--min-slow", "50%", "--traffic", "1000/s", "--json");
  const { answer, strategies, recording } = JSON.parse(stdout) as {
    recording: { lengthMs: number };
    answer: { sampler: string };
    strategies: { sampler: string; figures: { metric: string; center: number }[] }[];
  };
  const best = strategies.find(({ sampler }) => sampler === answer.sampler)!;
  assert.match(best.sampler, /^tail:slow=\dms$/);
  assert.ok(best.figures.find(({ metric }) => metric === "keptSpans")!.center < 0.1);
  assert.equal(recording.lengthMs, 9990, "as recorded, whatever the traffic");
  const page = await runTogether("simulate", file, "--min-slow", "50%");
  assert.match(page.stdout, /slow= tried 0ms, /);
  assert.doesNotMatch(page.stdout, /Estimates from/);
});
