import assert from "node:assert/strict";
import { test } from "node:test";
import { cpuBurner, threadCpuUs } from "./burn.ts";

void test("nothing burnt is nothing told", () => {
  assert.equal(cpuBurner(50).burntUs(), 0);
});

void test("what is told is CPU time that this thread really spent", () => {
  const burner = cpuBurner(500);
  const start = threadCpuUs();
  for (let burn = 0; burn < 64; burn++) burner.burn();
  const spentUs = threadCpuUs() - start;
  assert.ok(spentUs > 0);
  assert.ok(burner.burntUs() > 0);
});

void test("burns that are not timed count too", () => {
  const burner = cpuBurner(200);
  const totals = Array.from({ length: 64 }, () => {
    burner.burn();
    return burner.burntUs();
  });
  assert.ok(totals.every((total, index) => index === 0 || total > totals[index - 1]!));
});

void test("the thread's CPU clock moves with work, not with waiting", async () => {
  const start = threadCpuUs();
  await new Promise((resolve) => setTimeout(resolve, 60));
  const idleUs = threadCpuUs() - start;
  assert.ok(idleUs >= 0 && idleUs < 60_000, `${idleUs} µs of 60,000 idle ones`);
});
