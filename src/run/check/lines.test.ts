import assert from "node:assert/strict";
import { test } from "node:test";
import { linesOf } from "./lines.ts";
import type { Observation } from "./observation.ts";

test("the requests of each start are named in one place, with those of the start itself, and add up", () => {
  const seen = (id: string, sent: number): Observation =>
    ({ variant: { id }, sent, answered: sent, probes: 1, unexpected: [] }) as unknown as Observation;
  const none = { baseline: undefined, traced: undefined, noneCommand: undefined };
  const [line] = linesOf({ ...none, ownSdk: true, flushed: seen("always_on", 20), sampled: [seen("always_off", 200)] });
  assert.equal(line!.word, "ok");
  assert.deepEqual([...line!.text.matchAll(/\d+/g)].map(Number), [222, 21, 201]);
});

test("each way in which starts answer wrongly is named once", () => {
  const answered = (...statuses: string[]): Observation => {
    const unexpected = statuses.map((status) => ({ route: "GET /", status, count: 3, of: 20 }));
    return { sent: 20, answered: 20 - 3 * statuses.length, unexpected } as unknown as Observation;
  };
  const sampled = [answered(), answered("404"), answered("404"), answered("500")];
  const none = { baseline: undefined, traced: undefined, flushed: undefined, noneCommand: undefined };
  const lines = linesOf({ ...none, ownSdk: true, sampled });
  assert.deepEqual(
    lines.map(({ word, text }) => [word, /404|500/.exec(text)?.[0]]),
    [
      ["wrong", "404"],
      ["wrong", "500"],
    ],
  );
});
