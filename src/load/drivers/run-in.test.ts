import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { runIn, type OpenLanes } from "./run-in.ts";

/** A lane whose requests are answered when `answer` is called, and what was dealt to it. */
function scripted(): {
  readonly lane: OpenLanes["lanes"][number] & { open: number };
  readonly dealt: number[];
  readonly answer: () => void;
  readonly nextEnd: () => Promise<void>;
} {
  const dealt: number[] = [];
  let end = Promise.withResolvers<void>();
  const lane = {
    open: 0,
    deal: ({ id }: { readonly id: number }) => {
      dealt.push(id);
      lane.open++;
    },
  };
  const answer = (): void => {
    lane.open--;
    end.resolve();
    end = Promise.withResolvers<void>();
  };
  return { lane, dealt, answer, nextEnd: () => end.promise };
}

describe("the run-in", () => {
  for (const { answersInMs, atOnce } of [
    { answersInMs: 0.1, atOnce: 4 },
    { answersInMs: 5, atOnce: 10 },
    { answersInMs: 50, atOnce: 16 },
  ]) {
    test(`deals a hundred requests one at a time, then ${atOnce} at once to a service that answers in ${answersInMs} ms`, async () => {
      const { lane, dealt, answer, nextEnd } = scripted();
      const underWay: number[] = [];
      let nowMs = 0;
      const answering = setInterval(() => {
        underWay.push(lane.open);
        nowMs = dealt.length > 300 ? 1e6 : nowMs + answersInMs;
        while (lane.open > 0) answer();
      });
      await runIn({ lanes: [lane], nowMs: () => nowMs, nextEnd }, 1e6);
      clearInterval(answering);
      assert.deepEqual(new Set(underWay.filter((open) => open > 0).slice(0, 100)), new Set([1]));
      assert.equal(Math.max(...underWay), atOnce);
    });
  }

  test("does not wait for ever for a service that is slow at first", async () => {
    const { lane, dealt, nextEnd } = scripted();
    await runIn({ lanes: [lane], nowMs: () => performance.now(), nextEnd }, 100);
    assert.equal(dealt.length, 16);
  });
});
