import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import fc from "fast-check";
import { UserError } from "../../base/problem.ts";
import { otlpLines, shopTraces, temporaryFile } from "../../simulate/recording.fixture.ts";
import type { SimulateOptions } from "../../simulate/simulate-options.ts";
import { simulationOf } from "../../simulate/outcome.ts";
import { simulate, tally } from "../../simulate/simulate.ts";
import { mergeShards, shardOutcome } from "./shard.ts";
import { DEFAULT_SAMPLERS } from "./simulate.ts";

const SPANS = shopTraces(80);
const RULES = temporaryFile(
  "rules.json",
  JSON.stringify([{ attributes: { rank: 4 }, sampler: "always_off" }, { sampler: "probability:0.3" }]),
);
const STRATEGIES = temporaryFile(
  "strategies.json",
  JSON.stringify({
    service_strategies: [{ service: "gateway", type: "probabilistic", param: 0.4 }],
    default_strategy: { type: "probabilistic", param: 0.2 },
  }),
);
/** Their decisions depend on all traces before. */
const MODULES = [
  ["every-third.mjs", "export default"],
  ["every-third.cjs", "module.exports ="],
].map(([name, head]) =>
  temporaryFile(
    name!,
    `let count = 0;
${head} { shouldSample: () => ({ decision: count++ % 3 === 0 ? 2 : 0 }), toString: () => "EveryThird" };
`,
  ),
);
/** Spans of one trace stand far apart, and the window is too small for some of them. */
const OPTIONS: SimulateOptions = {
  files: [temporaryFile("shop.jsonl", otlpLines([...SPANS.slice(3), ...SPANS.slice(0, 3)], 3))],
  samplers: [
    ...DEFAULT_SAMPLERS,
    "probability:0.3",
    `rules:${RULES}`,
    "tail:errors,traces=5",
    "by_service:ratio:0.5,payment=ratio:0.1",
    `jaeger_remote:${STRATEGIES}`,
    ...MODULES.map((path) => `module:${path}`),
  ],
  repeat: 2,
  seed: 1,
  windowSpans: 200,
  baseDir: ".",
};

const written = new Map<string, Promise<string>>();
function shardFile(index: number, of: number): Promise<string> {
  const key = `${index}/${of}`;
  const file =
    written.get(key) ??
    shardOutcome({ index, of }, OPTIONS, []).then((outcome) => temporaryFile(`${index}-of-${of}.json`, outcome));
  written.set(key, file);
  return file;
}

test("shards merged in any order are one run over all, to the digit", async () => {
  const whole = await simulate(OPTIONS);
  assert.deepEqual(
    whole.warnings.map(({ code }) => code),
    ["missing-parent", "split-trace", "tail-dropped"],
  );
  const shards = fc
    .constantFrom(1, 3, 16)
    .chain((of) => fc.shuffledSubarray([...Array(of).keys()], { minLength: of }).map((order) => ({ of, order })));
  await fc.assert(
    fc.asyncProperty(shards, async ({ of, order }) => {
      const { tallies } = mergeShards(await Promise.all(order.map((at) => shardFile(at + 1, of))));
      assert.deepEqual(simulationOf(tallies), whole);
    }),
    { numRuns: 12 },
  );
});

test("a shard decides its part only, and one shard all traces of a sampler whose decisions depend on others", async () => {
  const options = { ...OPTIONS, samplers: ["always_on", "rate:1000/s"], repeat: 1 };
  const kept = await Promise.all(
    [1, 2, 3].map(async (index) => {
      const { strategies } = await tally(options, { index, of: 3 });
      return strategies.map(({ runs }) => runs[0]!.kept.traces);
    }),
  );
  for (const [byId] of kept) assert.ok(byId! > 10 && byId! < 50, String(byId));
  assert.deepEqual(
    kept.map(([, limited]) => limited! > 0),
    [true, false, false],
  );
});

/** The second of two shards, made after the rules' file was changed. */
async function withOtherRules(): Promise<string> {
  const rules = readFileSync(RULES, "utf8");
  writeFileSync(RULES, rules.replace("0.3", "0.4"));
  const changed = temporaryFile("other-rules.json", await shardOutcome({ index: 2, of: 2 }, OPTIONS, []));
  writeFileSync(RULES, rules);
  return changed;
}

test("what does not belong together is refused, by its name", async () => {
  const [first, second] = [await shardFile(1, 2), await shardFile(2, 2)];
  const other = async (changes: Partial<SimulateOptions>): Promise<string> =>
    temporaryFile("other.json", await shardOutcome({ index: 2, of: 2 }, { ...OPTIONS, ...changes }, []));
  const changed = JSON.parse(await shardOutcome({ index: 2, of: 2 }, OPTIONS, [])) as { tallies: object };
  const cases: [string[], RegExp][] = [
    [[first, second, first], /1\/2 again/],
    [[second], /missing 1\/2$/],
    [[await shardFile(3, 4), await shardFile(1, 4)], /missing 2\/4, 4\/4$/],
    [[first, await shardFile(2, 3)], /one of 3 shards/],
    [[first, await other({ repeat: 3 })], /other\.json": has another --repeat/],
    [[first, await other({ samplers: ["always_on"] })], /other samplers/],
    [[first, await other({ trafficPerSecond: 5 })], /--traffic/],
    [[first, await other({ files: [temporaryFile("few.jsonl", otlpLines(SPANS.slice(5)))] })], /other trace files/],
    [[first, await withOtherRules()], /other files of its samplers/],
    [[first, temporaryFile("cut.json", "{")], /cut\.json/],
    [[first, temporaryFile("no-tallies.json", JSON.stringify({ ...changed, tallies: {} }))], /no-tallies.*tallies/],
  ];
  for (const [files, message] of cases)
    assert.throws(
      () => mergeShards(files),
      (error) => error instanceof UserError && error.issues.length === 1 && message.test(error.message),
      String(message),
    );
});
