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
  test("deals the first hundred requests one at a time, and more at once after them", async () => {
    const { lane, dealt, answer, nextEnd } = scripted();
    const underWay: number[] = [];
    let nowMs = 0;
    const answering = setInterval(() => {
      underWay.push(lane.open);
      while (lane.open > 0) answer();
      if (dealt.length > 300) nowMs = 1e6;
    });
    await runIn({ lanes: [lane], nowMs: () => nowMs, nextEnd }, 1e6);
    clearInterval(answering);
    assert.deepEqual(new Set(underWay.filter((open) => open > 0).slice(0, 100)), new Set([1]));
    assert.equal(Math.max(...underWay), 16);
  });

  test("does not wait for ever for a service that is slow at first", async () => {
    const { lane, dealt, nextEnd } = scripted();
    await runIn({ lanes: [lane], nowMs: () => performance.now(), nextEnd }, 100);
    assert.equal(dealt.length, 16);
  });
});
