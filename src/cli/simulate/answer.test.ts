import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { UserError } from "../../base/problem.ts";
import { otlpLines, shopTraces, temporaryFile } from "../../simulate/recording.fixture.ts";
import { simulate } from "../../simulate/simulate.ts";
import { answerOf, type Answer } from "./answer.ts";
import { tailSpecOf } from "./collector-policy.ts";
import { outcomesOf } from "./figures.ts";

const SAMPLERS = ["always_on", "ratio:0.5", "ratio:0.9", "tail:errors", "tail:errors,slow=1h", "tail:errors,ratio=0.5"];

async function answered(traces: number, share: number, metric = "errorRecall"): Promise<Answer> {
  const file = temporaryFile("shop.jsonl", otlpLines(shopTraces(traces)));
  const options = { files: [file], samplers: SAMPLERS, repeat: 5, seed: 1, windowSpans: 100_000, baseDir: "." };
  return answerOf(outcomesOf(await simulate(options), undefined), [{ metric, of: "failed traces", share }]);
}

test("the answer keeps what is asked in the fewest spans, and nothing on the front is beaten", async () => {
  const { best, front, doubts } = await answered(3000, 0.95);
  assert.deepEqual([best?.sampler, doubts], ["tail:errors", []]);
  assert.deepEqual(
    front.map(({ sampler }) => sampler),
    ["tail:errors"],
  );
});

test("too few failures leave the answer in doubt, none leave it open", async () => {
  const few = await answered(200, 0.95);
  assert.deepEqual([few.best?.sampler, few.doubts.length], ["tail:errors", 1]);
  assert.match(few.doubts[0]!, /holds (\d+), and even if all are kept, 72 are needed/);
  const none = await answered(3, 0.95);
  assert.deepEqual([none.best, none.isUnanswerable], [undefined, true]);
});

test("a Collector's tail_sampling is read with its defaults, and a policy that tail: has not is refused by its place", () => {
  const collector = (policies: string): string =>
    temporaryFile("collector.yaml", `processors:\n  batch:\n  tail_sampling/all:\n    policies:\n${policies}`);
  const known = [
    "- { name: a, type: status_code, status_code: { status_codes: [ERROR] } }",
    "- { name: b, type: latency, latency: { threshold_ms: 250 } }",
    "- { name: c, type: probabilistic, probabilistic: { sampling_percentage: 5 } }",
  ];
  assert.equal(
    tailSpecOf(collector(known.map((line) => `      ${line}\n`).join(""))),
    "tail:errors,slow=250ms,ratio=0.05,wait=30s,traces=50000",
  );
  const readyMade = fileURLToPath(new URL("../../../collectors/tail-sampling.yaml", import.meta.url));
  assert.equal(tailSpecOf(readyMade), "tail:errors,slow=250ms,ratio=0.1,wait=2s,traces=100000");
  const cases: [string, RegExp][] = [
    ["      - { name: d, type: rate_limiting, rate_limiting: { spans_per_second: 5 } }", /policies\.0\.type/],
    ["      - { name: e, type: status_code, status_code: { status_codes: [OK] } }", /ERROR only/],
    ["      []", /policies/],
  ];
  for (const [text, message] of cases)
    assert.throws(
      () => tailSpecOf(collector(text)),
      (error) => error instanceof UserError && message.test(error.message),
    );
});
