import assert from "node:assert/strict";
import { dirname } from "node:path";
import { test } from "node:test";
import type { Estimated } from "../record/fidelity.ts";
import { adjustedCount } from "./adjusted-count.ts";
import { newTraceId } from "./new-ids.ts";
import { outcomesOf, type StrategyOutcome } from "../cli/simulate/figures.ts";
import { otlpLines, shopTraces, simulated, temporaryFile } from "./recording.fixture.ts";
import type { SimulateOptions } from "./simulate-options.ts";

const TRACES = 1500;
const FILE = temporaryFile("shop.jsonl", otlpLines(shopTraces(TRACES), 50));

async function tried(sampler: string, changes: Partial<SimulateOptions> = {}): Promise<StrategyOutcome> {
  const usual = { repeat: 1, seed: 4, windowSpans: 100_000, samplers: [sampler] };
  const simulation = await simulated([FILE], { ...usual, ...changes });
  return outcomesOf(simulation, changes.trafficPerSecond)[0]!;
}

const figure = ({ figures }: StrategyOutcome, metric: string): number =>
  figures.find((each) => each.metric === metric)!.center;

/** The 99.9 % interval of a share of `n` drawn with probability `p`, by its normal approximation. */
function isBinomial(kept: number, n: number, p: number): boolean {
  return Math.abs(kept / n - p) <= 3.29 * Math.sqrt((p * (1 - p)) / n);
}

test("always_on has recall 1 everywhere and no error", async () => {
  const outcome = await tried("always_on");
  const ones = ["keptTraces", "errorRecall", "tailRecall", "rareRouteRecall", "shapeCoverage"];
  for (const metric of [...ones, "edgeCoverage", "wholeTraces", "completeTraces"]) {
    assert.equal(figure(outcome, metric), 1, metric);
  }
  for (const { truth, estimate } of Object.values<Estimated>(outcome.fidelity.all)) assert.equal(estimate, truth);
});

test("always_off keeps nothing and claims nothing", async () => {
  const outcome = await tried("always_off");
  assert.deepEqual([figure(outcome, "keptTraces"), figure(outcome, "errorRecall")], [0, 0]);
  assert.equal(outcome.fidelity.all.requests.low, undefined);
});

for (const sampler of ["ratio:0.1", "parentbased:ratio:0.1", "probability:0.1"]) {
  test(`${sampler} keeps a tenth of everything, whole, and its weights hold`, async () => {
    const { fidelity } = await tried(sampler);
    for (const { offered, kept } of [
      fidelity.errors,
      fidelity.rare,
      { offered: TRACES, kept: fidelity.traces.whole },
    ]) {
      assert.ok(isBinomial(kept, offered, 0.1), `${kept} of ${offered}`);
    }
    assert.deepEqual([fidelity.traces.partial, fidelity.traces.rootless, fidelity.weight], [0, 0, "inclusion"]);
    const { low, high } = fidelity.all.requests;
    assert.ok(low! < TRACES && TRACES < high!, `${low} to ${high}`);
  });
}

test("estimates from ratio:0.1 are unbiased over repetitions", async () => {
  const outcome = await tried("ratio:0.1", { repeat: 20 });
  const standardError = Math.sqrt(9 / TRACES / 20);
  assert.ok(Math.abs(figure(outcome, "requestCountError")) < 3.3 * standardError);
});

test("tail:errors keeps every failed trace whole, and has no valid weight", async () => {
  const { fidelity } = await tried("tail:errors");
  assert.ok(fidelity.errors.offered > 50);
  assert.equal(fidelity.errors.kept, fidelity.errors.offered);
  assert.equal(fidelity.weight, "none");
  assert.equal(fidelity.all.errorRate.estimate, 1);
});

test("tail:errors sees a failure whose span seems to end a millisecond after its root, as clocks in one process have it", async () => {
  const spans = shopTraces(20).map((span) => ({ ...span, failed: span.name === "authorise" }));
  const outliving = spans.map((span) => (span.failed ? { ...span, durationUs: span.durationUs + 1200 } : span));
  const { fidelity } = await tried("tail:errors", { files: [temporaryFile("clocks.jsonl", otlpLines(outliving))] });
  assert.deepEqual(fidelity.errors, { offered: 20, kept: 20 });
});

test("tail:slow keeps every trace of each service that was slow, and none of the quick ones", async () => {
  const { fidelity } = await tried("tail:slow=300ms");
  assert.equal(fidelity.tail.kept, fidelity.tail.offered);
  assert.ok(fidelity.traces.arrived < TRACES / 4);
});

test("rate limits count in the time of the traces", async () => {
  const seconds = TRACES / 100;
  const recorded = await tried("parentbased:rate:10/s");
  const atOnce = await tried("parentbased:rate:10/s", { trafficPerSecond: 1000 });
  const keptRecorded = recorded.fidelity.traces.arrived;
  const keptAtOnce = atOnce.fidelity.traces.arrived;
  assert.ok(keptRecorded <= 10 * seconds + 10 && keptRecorded >= 10 * seconds, String(keptRecorded));
  assert.ok(keptAtOnce <= 1.5 * 10 + 10 && keptAtOnce >= 20, String(keptAtOnce));
  assert.equal(atOnce.volume?.tracesPerSecond, (1000 * keptAtOnce) / TRACES);
});

test("a service that drops what its callers keep leaves orphans, which the service below should not have kept", async () => {
  const module = temporaryFile(
    "no-clients.mjs",
    `export default { shouldSample: (_context, _id, _name, kind) => ({ decision: kind === 2 ? 0 : 2 }), toString: () => "x" };`,
  );
  const { fidelity } = await tried(`module:./no-clients.mjs`, { baseDir: dirname(module) });
  assert.deepEqual(fidelity.spans, { arrived: 4 * TRACES, orphans: TRACES, violations: TRACES });
  assert.deepEqual([fidelity.traces.whole, fidelity.traces.partial], [0, TRACES]);
  assert.equal(fidelity.errors.kept, 0);
});

test("a sampler that keeps its contexts finds the same parents in them later", async () => {
  const module = temporaryFile(
    "keeps-contexts.mjs",
    `import { trace } from ${JSON.stringify(import.meta.resolve("@opentelemetry/api"))};
const kept = [];
const parentIn = (context) => trace.getSpanContext(context)?.spanId;
const shouldSample = (context) => {
  kept.push([context, parentIn(context)]);
  return { decision: kept.splice(0, kept.length - 8).every(([one, parent]) => parentIn(one) === parent) ? 2 : 0 };
};
export default { shouldSample, toString: () => "x" };`,
  );
  const { fidelity } = await tried(`module:./keeps-contexts.mjs`, { baseDir: dirname(module) });
  assert.equal(fidelity.traces.whole, TRACES);
});

test("Jaeger's strategies are those of each service, follow the parent, and give no weight", async () => {
  const strategies = temporaryFile(
    "strategies.json",
    JSON.stringify({
      default_strategy: { type: "probabilistic", param: 0.5 },
      service_strategies: [{ service: "order", type: "probabilistic", param: 0.01 }],
    }),
  );
  const { fidelity } = await tried(`jaeger_remote:"${strategies}"`);
  assert.ok(isBinomial(fidelity.traces.whole, TRACES, 0.5), String(fidelity.traces.whole));
  assert.deepEqual([fidelity.weight, fidelity.spans.orphans], ["none", 0]);
});

test("rules bring their own weights in the tracestate", async () => {
  const rules = temporaryFile(
    "rules.json",
    JSON.stringify([{ attributes: { rank: 3 }, sampler: "probability:0.25" }, { sampler: "always_off" }]),
  );
  const { fidelity } = await tried(`rules:./rules.json`, { baseDir: dirname(rules) });
  assert.equal(fidelity.weight, "adjusted count");
  assert.ok(isBinomial(fidelity.traces.whole, TRACES, 0.25));
  assert.ok(fidelity.all.requests.low! < TRACES && TRACES < fidelity.all.requests.high!);
});

test("the same seed gives the same result, another seed another", async () => {
  const [once, again, other] = [
    await tried("ratio:0.2"),
    await tried("ratio:0.2"),
    await tried("ratio:0.2", { seed: 5 }),
  ];
  assert.deepEqual(once, again);
  assert.notDeepEqual(once.fidelity, other.fidelity);
});

test("new trace ids are well spread and never all zeros", () => {
  const ids = Array.from({ length: 4000 }, (_, index) => newTraceId(index.toString(16).padStart(32, "0"), 1));
  assert.equal(new Set(ids).size, 4000);
  for (const at of [0, 8, 16, 18, 24]) {
    const below = ids.filter((id) => Number.parseInt(id.slice(at, at + 8), 16) < 2 ** 31).length;
    assert.ok(isBinomial(below, 4000, 0.5), `from digit ${at}: ${below}`);
  }
  assert.match(newTraceId("0".repeat(32), 0), /^[0-9a-f]{32}$/);
});

test("reads adjusted counts as the sink does", () => {
  assert.equal(adjustedCount("ot=th:c", undefined), 4);
  assert.equal(adjustedCount("vendor=1,ot=rv:1234567890abcd;th:8", { "sampler.adjusted_count": 9 }), 2);
  assert.equal(adjustedCount("ot=th:0", undefined), 1);
  assert.equal(adjustedCount("", { "sampler.adjusted_count": 9 }), 9);
  assert.equal(adjustedCount("", { "sampler.type": "probabilistic", "sampler.param": 0.5 }), 2);
  assert.equal(adjustedCount("", { "sampler.type": "ratelimiting", "sampler.param": 0.5 }), NaN);
  assert.equal(adjustedCount("ot=rv:abc", undefined), NaN);
});

test("more repetitions do not narrow an interval", async () => {
  const width = ({ figures }: StrategyOutcome, metric: string): number => {
    const { low, high } = figures.find((each) => each.metric === metric)!;
    return high! - low!;
  };
  const [few, many] = [await tried("ratio:0.2", { repeat: 5 }), await tried("ratio:0.2", { repeat: 80 })];
  for (const metric of ["keptTraces", "keptSpans", "errorRecall", "requestCountError"]) {
    assert.ok(width(many, metric) > 0.6 * width(few, metric), metric);
  }
});

test("the interval of kept spans counts traces, not spans", async () => {
  const { figures } = await tried("ratio:0.2", { repeat: 20 });
  const [traces, spans] = ["keptTraces", "keptSpans"].map((name) => figures.find(({ metric }) => metric === name)!);
  for (const end of ["low", "high"] as const) assert.ok(Math.abs(traces![end]! - spans![end]!) < 0.002);
});
