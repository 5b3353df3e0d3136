import assert from "node:assert/strict";
import { test } from "node:test";
import { believable, isSampled, manualClock, remote, startService } from "./samplers.fixture.ts";

const TRACES = 5000;

/** Starts `count` roots and returns the trace ids that are sampled. Services of one seed see the same ids. */
async function sampledTraces(spec: string, count = TRACES, seed = 1): Promise<Set<string>> {
  await using service = await startService(spec, { seed });
  const sampled = new Set<string>();
  for (let index = 0; index < count; index++) {
    const { span } = service.start("root");
    if (isSampled(span)) sampled.add(span.spanContext().traceId);
    span.end();
  }
  assert.equal(service.kept().length, sampled.size);
  return sampled;
}

test("always_on keeps every trace, always_off none", async () => {
  assert.equal((await sampledTraces("always_on")).size, TRACES);
  assert.equal((await sampledTraces("always_off")).size, 0);
});

for (const spec of ["ratio", "probability", "parentbased:ratio", "parentbased:probability"]) {
  for (const share of [0.05, 0.1, 0.5]) {
    test(`${spec}:${share} keeps its share of the traces, within the 99.9 % binomial interval`, async () => {
      const [low, high] = believable(TRACES, share);
      const { size } = await sampledTraces(`${spec}:${share}`);
      assert.ok(size >= low && size <= high, `${size} is not in [${low}, ${high}]`);
    });
  }
}

for (const spec of ["ratio", "probability"]) {
  test(`${spec}: what 0.05 keeps, 0.1 keeps too`, async () => {
    const [small, large] = [await sampledTraces(`${spec}:0.05`), await sampledTraces(`${spec}:0.1`)];
    assert.ok(small.size > 0 && small.size < large.size);
    assert.ok(small.isSubsetOf(large));
  });
}

test("probability passes its threshold on in the tracestate", async () => {
  await using service = await startService("probability:0.25");
  const states = Array.from({ length: 100 }, () => service.start("root").span.spanContext())
    .filter((context) => context.traceFlags === 1)
    .map((context) => context.traceState?.get("ot"));
  assert.ok(states.length > 0);
  // 0.25 leaves the highest quarter of the random values: th = 0.75 · 2^56 = 0xc0000000000000.
  assert.deepEqual(new Set(states), new Set(["th:c"]));
});

test("always_record records every span, and exports what the sampler inside keeps", async () => {
  await using service = await startService("always_record:ratio:0.5");
  const spans = Array.from({ length: 200 }, () => service.start("root").span);
  const sampled = spans.filter(isSampled);
  assert.ok(spans.every((span) => span.isRecording()));
  for (const span of spans) span.end();
  assert.ok(sampled.length > 0 && sampled.length < spans.length);
  assert.equal(service.kept().length, sampled.length);
});

test("annotating gives its attribute to what the sampler inside keeps, and passes that one's threshold on", async () => {
  for (const [inner, threshold] of [
    ["probability:0.5", "th:8"],
    ["ratio:0.5", undefined],
  ]) {
    await using service = await startService(`annotating:${inner},attribute=sampled.by,value=half`);
    for (let index = 0; index < 200; index++) service.start("root").span.end();
    const kept = service.kept();
    assert.ok(kept.length > 0 && kept.length < 200);
    assert.deepEqual(new Set(kept.map(({ attributes }) => attributes["sampled.by"])), new Set(["half"]));
    const states = kept.map((span) => span.spanContext().traceState?.get("ot"));
    assert.deepEqual(new Set(states), new Set([threshold]));
  }
});

/** Traces over two services: the second gets the first's decision; how many are kept by one of them only. */
async function brokenTraces(first: string, second: string): Promise<{ broken: number; whole: number }> {
  const clock = manualClock();
  await using caller = await startService(first, { clock, seed: 1 });
  await using callee = await startService(second, { clock, seed: 2 });
  const outcome = { broken: 0, whole: 0 };
  for (let index = 0; index < 1000; index++) {
    clock.advance(10);
    const { span } = caller.start("call");
    const { span: served } = callee.start("serve", remote(span));
    if (isSampled(span) !== isSampled(served)) outcome.broken++;
    else if (isSampled(span)) outcome.whole++;
  }
  return outcome;
}

for (const root of ["ratio:0.5", "probability:0.5", "rate:20/s"]) {
  test(`parentbased:${root} never breaks a trace between services`, async () => {
    const { broken, whole } = await brokenTraces(`parentbased:${root}`, `parentbased:${root}`);
    assert.equal(broken, 0);
    assert.ok(whole > 0);
  });
}

test("a bare ratio keeps traces whole between services of one ratio, and breaks them between different ones", async () => {
  assert.equal((await brokenTraces("ratio:0.5", "ratio:0.5")).broken, 0);
  assert.ok((await brokenTraces("ratio:0.5", "ratio:0.1")).broken > 300);
});

test("a bare rate limit, deciding in each service for itself, breaks traces", async () => {
  assert.ok((await brokenTraces("rate:20/s", "rate:10/s")).broken > 0);
});

test("each of parentbased's delegates is asked for its own case", async () => {
  const spec =
    "parentbased:always_off,remote_sampled=always_off,remote_not_sampled=always_on,local_sampled=always_off,local_not_sampled=always_on";
  await using sampled = await startService("always_on");
  await using notSampled = await startService("always_off");
  await using service = await startService(spec);
  const [on, off] = [sampled.start("x"), notSampled.start("x")];
  assert.equal(isSampled(service.start("root").span), false);
  assert.equal(isSampled(service.start("child", on.context).span), false);
  assert.equal(isSampled(service.start("child", off.context).span), true);
  assert.equal(isSampled(service.start("served", remote(on.span)).span), false);
  assert.equal(isSampled(service.start("served", remote(off.span)).span), true);
});

for (const [spec, perSecond, burst] of [
  ["rate:10/s", 10, 10],
  ["rate:10/s,burst=3", 10, 3],
  ["rate:30/m", 0.5, 1],
] as const) {
  test(`${spec} never lets more than rate · t + ${burst} traces through in any stretch of time`, async () => {
    const clock = manualClock();
    await using service = await startService(spec, { clock });
    const keptAt: number[] = [];
    for (let elapsedMs = 0; elapsedMs < 20_000; elapsedMs += 7) {
      if (isSampled(service.start("root").span)) keptAt.push(elapsedMs);
      clock.advance(7);
    }
    for (let from = 0; from < keptAt.length; from++)
      for (let to = from; to < keptAt.length; to++)
        assert.ok(to - from + 1 <= ((keptAt[to]! - keptAt[from]!) * perSecond) / 1000 + burst + 1e-9);
    assert.ok(keptAt.length >= Math.floor(19 * perSecond));
  });
}

test("rate decides once for a trace: the spans below the root follow it and use no token", async () => {
  const clock = manualClock();
  await using service = await startService("rate:1/s", { clock });
  const first = service.start("root");
  const children = [1, 2, 3].map(() => service.start("child", first.context).span);
  const second = service.start("root");
  assert.ok(isSampled(first.span) && children.every(isSampled));
  assert.equal(isSampled(second.span), false);
  assert.equal(isSampled(service.start("child", second.context).span), false);
});

test("ratio_floor keeps the ratio's share of a busy service, and the minimum of a quiet one", async () => {
  const clock = manualClock();
  await using busy = await startService("ratio_floor:0.5,min=1/s", { clock });
  const kept = Array.from({ length: TRACES }, () => (clock.advance(1), isSampled(busy.start("root").span))).filter(
    Boolean,
  );
  const [low] = believable(TRACES, 0.5);
  assert.ok(kept.length >= low && kept.length <= believable(TRACES, 0.5)[1] + 7);

  await using quiet = await startService("ratio_floor:0,min=1/s", { clock });
  const seconds = Array.from({ length: 60 }, () => (clock.advance(1000), isSampled(quiet.start("root").span)));
  assert.ok(seconds.every(Boolean));
});
