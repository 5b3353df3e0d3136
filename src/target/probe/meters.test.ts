import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { test } from "node:test";
import { startMeters } from "./meters.ts";

test("a blocked event loop shows as delay, and a new window forgets it", async () => {
  const meters = startMeters();
  await sleep(60);
  const end = performance.now() + 150;
  while (performance.now() < end);
  await sleep(60);
  assert.ok((await meters.read(false)).loopDelayMs.max >= 100);
  meters.openWindow();
  assert.equal((await meters.read(false)).loopDelayMs.max, 0);
});

test("the garbage collection that a reading asks for is not counted", async () => {
  const meters = startMeters();
  meters.openWindow();
  const first = await meters.read(true);
  await sleep(20);
  const second = await meters.read(false);
  assert.equal(second.gcCount, first.gcCount);
  assert.ok(second.heapUsedBytes > 0 && second.rssBytes > second.heapUsedBytes);
});

test("garbage collections before the window are not counted, however late Node reports them", async () => {
  const early = startMeters();
  const late = startMeters();
  early.openWindow();
  const kept = makeGarbage();
  late.openWindow();
  const [all, few] = [await early.read(false), await late.read(false)];
  assert.ok(kept > 0);
  assert.ok(few.gcCount < all.gcCount);
});

test("garbage collections of the window are counted with their time", async () => {
  const meters = startMeters();
  meters.openWindow();
  const kept = makeGarbage();
  const { gcCount, gcMs } = await meters.read(false);
  assert.ok(kept > 0 && gcCount > 0 && gcMs > 0);
});

test("CPU time is a total that never goes back", async () => {
  const meters = startMeters();
  const before = await meters.read(false);
  meters.openWindow();
  const after = await meters.read(false);
  assert.ok(after.cpuUserUs + after.cpuSystemUs >= before.cpuUserUs + before.cpuSystemUs);
});

function makeGarbage(): number {
  let kept: unknown[] = [];
  for (let round = 0; round < 100; round++) kept = Array.from({ length: 20_000 }, () => ({ round }));
  return kept.length;
}
