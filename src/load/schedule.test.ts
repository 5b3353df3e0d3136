import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { schedule, type Arrival, type SchedulePlan, type Step } from "./schedule.ts";

const plans = fc.record({
  seed: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  ratePerSecond: fc.integer({ min: 1, max: 3000 }),
  arrivals: fc.constantFrom("uniform" as const, "poisson" as const),
  durationMs: fc.integer({ min: 1, max: 300 }),
  targets: fc.integer({ min: 1, max: 6 }),
});

const arrivalsOf = (plan: SchedulePlan): Arrival[] => [...schedule(plan)].filter((step) => step.type === "arrival");
const slotsOf = (arrivals: readonly Arrival[]): Map<number, Arrival[]> => Map.groupBy(arrivals, ({ id }) => id);

function law(name: string, check: (steps: readonly Step[], plan: SchedulePlan) => void): void {
  test(name, () => fc.assert(fc.property(plans, (plan) => check([...schedule(plan)], plan))));
}

suite("schedule", () => {
  law("is the same for the same plan and seed", (steps, plan) => assert.deepEqual(steps, [...schedule(plan)]));

  law("gives every target each slot once, with ids from 1 without a gap", (steps, { targets }) => {
    const slots = slotsOf(steps.filter((step) => step.type === "arrival"));
    assert.deepEqual(
      [...slots.keys()],
      Array.from(slots.keys(), (_, index) => index + 1),
    );
    for (const slot of slots.values()) {
      assert.deepEqual(
        slot.map(({ target }) => target).toSorted((a, b) => a - b),
        Array.from({ length: targets }, (_, target) => target),
      );
    }
  });

  law("comes in the order of time, from the window's opening to its end", (steps, { durationMs }) => {
    steps.forEach((step, index) => assert.ok(index === 0 || step.dueMs >= steps[index - 1]!.dueMs));
    assert.deepEqual(steps[0], { type: "window-open", dueMs: 0 });
    assert.deepEqual(steps.at(-1), { type: "window-end", dueMs: durationMs });
    for (const step of steps.slice(1, -1))
      assert.ok(step.type === "arrival" && step.measured && step.dueMs < durationMs);
  });

  law("offers the same slots whatever the targets are", (steps, plan) => {
    const alone = arrivalsOf({ ...plan, targets: 1 });
    const slots = [...slotsOf(steps.filter((step) => step.type === "arrival")).values()];
    assert.deepEqual(
      slots.map(([first]) => [first!.id, first!.slotMs]),
      alone.map(({ id, dueMs }) => [id, dueMs]),
    );
  });

  law("spreads a slot's targets evenly over its interval", (steps) => {
    for (const slot of slotsOf(steps.filter((step) => step.type === "arrival")).values()) {
      const offsets = slot.map(({ dueMs, slotMs }) => dueMs - slotMs);
      const step = offsets[1] ?? 0;
      offsets.forEach((offset, place) => assert.ok(Math.abs(offset - place * step) < 1e-6));
    }
  });

  test("fills the bins of a uniform schedule evenly, for every target", () => {
    const plan = {
      seed: 3,
      ratePerSecond: 600,
      arrivals: "uniform",
      durationMs: 10_000,
      targets: 4,
    } as const;
    const arrivals = arrivalsOf(plan);
    assert.equal(arrivals.length, 24_000);
    for (let target = 0; target < plan.targets; target++) {
      const counts = binned(arrivals.filter((arrival) => arrival.target === target));
      assert.ok(
        counts.every((count) => Math.abs(count - 60) <= 1),
        `target ${target}: ${counts.join()}`,
      );
    }
  });

  test("fills the bins of a poisson schedule with a variance near the mean, for every target", () => {
    for (const seed of [1, 2]) {
      const plan = {
        seed,
        ratePerSecond: 600,
        arrivals: "poisson",
        durationMs: 100_000,
        targets: 3,
      } as const;
      const arrivals = arrivalsOf(plan);
      for (let target = 0; target < plan.targets; target++) {
        const counts = binned(arrivals.filter((arrival) => arrival.target === target));
        const mean = counts.reduce((a, b) => a + b, 0) / counts.length;
        const variance = counts.reduce((a, count) => a + (count - mean) ** 2, 0) / (counts.length - 1);
        // 1,000 bins: the ratio's standard deviation is 0.045, the mean's is 0.24
        assert.ok(Math.abs(variance / mean - 1) < 0.18, `seed ${seed}: ${variance / mean}`);
        assert.ok(Math.abs(mean - 60) < 1, `seed ${seed}: ${mean}`);
      }
    }
  });

  test("uses every order of three targets equally often", () => {
    const plan = {
      seed: 11,
      ratePerSecond: 1000,
      arrivals: "uniform",
      durationMs: 12_000,
      targets: 3,
    } as const;
    const orders = Map.groupBy(slotsOf(arrivalsOf(plan)).values(), (slot) => slot.map(({ target }) => target).join(""));
    assert.equal(orders.size, 6);
    // 12,000 slots, p = 1/6: a standard deviation of 41
    for (const [order, slots] of orders) assert.ok(Math.abs(slots.length - 2000) < 160, `${order}: ${slots.length}`);
  });
});

function binned(arrivals: readonly Arrival[]): number[] {
  const bins: number[] = [];
  for (const { dueMs } of arrivals) {
    const bin = Math.floor(dueMs / 100 + 1e-9);
    bins[bin] = (bins[bin] ?? 0) + 1;
  }
  return bins;
}
