import assert from "node:assert/strict";
import { test } from "node:test";
import { otlpLines, shopTraces, temporaryFile } from "./recording.fixture.ts";
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
