import assert from "node:assert/strict";
import { test } from "node:test";
import { otlpLines, shopTraces, temporaryFile, type FixtureSpan } from "./recording.fixture.ts";
import { simulate } from "./simulate.ts";
import { slowThresholdsMs } from "./thresholds.ts";

test("from one threshold for slow traces to the next, half of the traces at most are lost", async () => {
  const [first] = shopTraces(1);
  const durationsMs = Array.from({ length: 4000 }, (_, at) => Math.round(2 * 1000 ** (at / 4000) * 100) / 100);
  const spans = durationsMs.map((durationMs, at) => {
    const id = (at + 1).toString(16).padStart(16, "0");
    const { parentId: _, ...root } = first!;
    return { ...root, traceId: id.padStart(32, "f"), spanId: id, durationUs: durationMs * 1000 };
  });
  const thresholds = await slowThresholdsMs([temporaryFile("steps.jsonl", otlpLines(spans))], 10_000);
  const kept = thresholds.map((ms) => durationsMs.filter((each) => Math.floor(each) > ms).length);
  const steps = kept.slice(1).map((slower, at) => slower / kept[at]!);
  assert.ok(kept[0]! > 3500 && kept.at(-1)! < 10);
  assert.ok(
    steps.every((step) => step > 0.5 && step <= 1),
    steps.join(" "),
  );
});

test("a trace takes from its first start to its last end, also if a child starts before the root", async () => {
  const [root, child] = shopTraces(1) as [FixtureSpan, FixtureSpan];
  const spans = [
    { ...root, durationUs: 100_000 },
    { ...child, startUs: root.startUs - 80_000, durationUs: 50_000 },
  ];
  const files = [temporaryFile("early-child.jsonl", otlpLines(spans))];
  const samplers = ["tail:slow=150ms,wait=1s", "tail:slow=200ms,wait=1s"];
  const options = { files, samplers, repeat: 1, seed: 1, windowSpans: 10_000, baseDir: "." };
  const { recording, strategies, warnings } = await simulate(options);
  assert.equal(recording.longestMs, 180);
  assert.deepEqual(
    strategies.map(({ repetitions }) => repetitions[0]!.fidelity.traces.arrived),
    [1, 0],
  );
  assert.deepEqual(
    warnings.filter(({ code }) => code === "slow-above-all").map(({ message }) => message.split(" ", 1)),
    [["tail:slow=200ms,wait=1s:"]],
  );
});
