import assert from "node:assert/strict";
import { test } from "node:test";
import { cpuBurner, threadCpuUs } from "./burn.ts";

test("before the first call nothing is burnt", () => {
  assert.equal(cpuBurner(50).burntUs(), 0);
});

test("what is reported is CPU time that this thread spent", () => {
  const burner = cpuBurner(500);
  const start = threadCpuUs();
  for (let burn = 0; burn < 64; burn++) burner.burn();
  const spentUs = threadCpuUs() - start;
  assert.ok(0 < burner.burntUs() && burner.burntUs() <= spentUs, `${burner.burntUs()} µs of ${spentUs}`);
});

test("what is asked for is burnt on the average, and a burner of 0 burns nothing", () => {
  const [much, none] = [cpuBurner(200), cpuBurner(0)];
  for (let call = 0; call < 640; call++) {
    much.burn();
    none.burn();
  }
  const overAsked = much.burntUs() / (640 * 200);
  assert.ok(0.5 < overAsked && overAsked < 2, `${much.burntUs()} µs of ${640 * 200}`);
  assert.ok(Math.abs(none.burntUs()) < much.burntUs() / 10, `${none.burntUs()} µs, ${much.burntUs()} µs`);
});

test("the thread's CPU clock moves with work, not with waiting", async () => {
  const start = threadCpuUs();
  await new Promise((resolve) => setTimeout(resolve, 60));
  const idleUs = threadCpuUs() - start;
  assert.ok(idleUs >= 0 && idleUs < 60_000, `${idleUs} µs of 60,000 idle ones`);
});
