import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { runIn, runInAtRate, type TargetLoads } from "./run-in.ts";

/** Targets of services that share a core, which works for `cpuMs` on each request, in turn; and its clock. */
function sharingACore(
  targets: number,
  cpuMs: number,
): TargetLoads & { readonly dealt: number[]; readonly most: () => number } {
  const dealt = Array.from({ length: targets }, () => 0);
  const queue: { open: number }[] = [];
  let clockMs = 0;
  let most = 0;
  const services = dealt.map((_, at) => ({
    open: 0,
    deal(): void {
      this.open++;
      dealt[at]!++;
      most = Math.max(most, queue.push(this));
    },
  }));
  const nextEnd = async (): Promise<void> => {
    clockMs += cpuMs;
    queue.shift()!.open--;
  };
  return { targets: services, nowMs: () => clockMs, nextEnd, dealt, most: () => most };
}

/** A target whose requests are answered when `answer` is called, and what was dealt to it. */
function scripted(): {
  readonly target: TargetLoads["targets"][number] & { open: number };
  readonly dealt: number[];
  readonly answer: () => void;
  readonly nextEnd: () => Promise<void>;
} {
  const dealt: number[] = [];
  let end = Promise.withResolvers<void>();
  const target = {
    open: 0,
    deal: ({ id }: { readonly id: number }) => {
      dealt.push(id);
      target.open++;
    },
  };
  const answer = (): void => {
    target.open--;
    end.resolve();
    end = Promise.withResolvers<void>();
  };
  return { target, dealt, answer, nextEnd: () => end.promise };
}

describe("the run-in", () => {
  for (const { answersInMs, atOnce } of [
    { answersInMs: 0.1, atOnce: 4 },
    { answersInMs: 5, atOnce: 10 },
    { answersInMs: 50, atOnce: 16 },
  ]) {
    test(`deals a hundred requests one at a time, then ${atOnce} at once to a service that answers in ${answersInMs} ms`, async () => {
      const { target, dealt, answer, nextEnd } = scripted();
      const underWay: number[] = [];
      let nowMs = 0;
      const answering = setInterval(() => {
        underWay.push(target.open);
        nowMs = dealt.length > 300 ? 1e6 : nowMs + answersInMs;
        while (target.open > 0) answer();
      });
      await runIn({ targets: [target], nowMs: () => nowMs, nextEnd }, { warmupMs: 1e6 });
      clearInterval(answering);
      assert.deepEqual(new Set(underWay.filter((open) => open > 0).slice(0, 100)), new Set([1]));
      assert.equal(Math.max(...underWay), atOnce);
    });
  }

  for (const { services, together } of [
    { services: 1, together: 4 },
    { services: 3, together: 12 },
    { services: 10, together: 40 },
    { services: 30, together: 90 },
  ]) {
    test(`deals ${together} at once to ${services} services that share a core, each as many`, async () => {
      const core = sharingACore(services, 0.4);
      await runIn(core, { warmupMs: 10_000 });
      assert.equal(core.most(), together);
      assert.equal(new Set(core.dealt).size, 1);
    });
  }

  for (const { least, why, dealt, overMs } of [
    { least: { requests: 500, ms: 100 }, why: "each target was dealt enough requests", dealt: 500, overMs: 500 },
    { least: { requests: 200, ms: 1000 }, why: "its least time is over", dealt: 1000, overMs: 1000 },
    { least: { requests: 5000, ms: 100 }, why: "its most time is over", dealt: 2000, overMs: 2000 },
  ]) {
    test(`ends when ${why}`, async () => {
      const core = sharingACore(2, 0.5);
      await runIn(core, { warmupMs: 2000, warmupLeast: least });
      // some are under way at the end
      for (const count of core.dealt) assert.ok(Math.abs(count - dealt) <= 8, String(core.dealt));
      assert.ok(Math.abs(core.nowMs() - overMs) <= 8, String(core.nowMs()));
    });
  }

  test("keeps a rate if it is given one, also if nothing is answered", async () => {
    const aheadMs: number[] = [];
    const nowMs = (): number => performance.now();
    const target = { open: 0, deal: ({ dueMs }: { dueMs: number }) => void aheadMs.push(dueMs - nowMs()) };
    const load = { targets: [target], nowMs, nextEnd: () => new Promise<void>(() => undefined) };
    await runInAtRate(load, { warmupMs: 100, ratePerSecond: 200 });
    assert.equal(aheadMs.length, 20);
    // a timer may be early by less than that
    assert.ok(Math.max(...aheadMs) <= 1, String(aheadMs));
  });

  test("does not wait for ever for a service that is slow at first", async () => {
    const { target, dealt, nextEnd } = scripted();
    await runIn({ targets: [target], nowMs: () => performance.now(), nextEnd }, { warmupMs: 100 });
    assert.equal(dealt.length, 16);
  });
});
