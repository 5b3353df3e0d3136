import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { keepPace } from "./metronome.ts";
import { schedule, type Step } from "./schedule.ts";

const PLAN = { seed: 1, ratePerSecond: 100, arrivals: "uniform", durationMs: 200, targets: 1 } as const;

/** Runs the plan on a clock that each tick moves on by the next of `strides` (the last for ever). */
async function run(strides: readonly number[]): Promise<{ step: Step; takenMs: number }[]> {
  let nowMs = 0;
  let ticks = 0;
  const taken: { step: Step; takenMs: number }[] = [];
  const tick = async (): Promise<void> => {
    nowMs += strides[Math.min(ticks++, strides.length - 1)]!;
  };
  await keepPace(
    schedule(PLAN),
    () => nowMs,
    tick,
    (step) => taken.push({ step, takenMs: nowMs }),
  );
  return taken;
}

suite("pacing", () => {
  test("takes each step at the first beat that is not too early", async () => {
    for (const { step, takenMs } of await run([1])) assert.equal(takenMs, Math.ceil(step.dueMs));
  });

  test("makes up for a stall at once: every step is taken, each with the time it was meant for", async () => {
    const taken = await run([5, 5, 93, 1]);
    assert.deepEqual(
      taken.map(({ step }) => step),
      [...schedule(PLAN)],
    );
    const late = taken.filter(({ step, takenMs }) => takenMs > step.dueMs + 1);
    assert.deepEqual(
      late.map(({ step, takenMs }) => [step.type, step.dueMs, takenMs]),
      [20, 30, 40, 50, 60, 70, 80, 90, 100].map((dueMs) => ["arrival", dueMs, 103]),
    );
  });

  test("survives beats that come in vain", async () => {
    const taken = await run([0, 0, 0, 0.25]);
    assert.equal(taken.length, 22);
  });
});
