import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { callerOf } from "../base/caller.ts";
import type { RequestTemplate } from "./job.ts";
import { requestMix } from "./mix.ts";

const template = (
  route: string,
  name: string,
  weight: number,
  more: Partial<RequestTemplate> = {},
): RequestTemplate => ({
  route,
  class: name,
  method: "GET",
  path: route,
  weight,
  expect: [200],
  ...more,
});

const parents = (sampled: number, seed = 1, threshold = false): Record<string, string>[] => {
  const mix = requestMix([template("/", "ordinary", 1, { parent: { sampled, threshold } })], seed);
  return Array.from({ length: 2000 }, (_, id) => {
    const { headers } = mix.render(0, id);
    return Object.fromEntries(headers.flatMap((name, at) => (at % 2 === 0 ? [[name, headers[at + 1]!]] : [])));
  });
};

test("a request with a parent has a trace of its own, and the share of sampled callers is that asked for", () => {
  const found = parents(0.3).map(({ traceparent }) => /^00-(\w{32})-(\w{16})-0([01])$/.exec(traceparent!)!);
  assert.equal(new Set(found.map(([, traceId]) => traceId)).size, found.length);
  assertShare(found.filter(([, , , sampled]) => sampled === "1").length, found.length, 0.3);
  for (const [, traceId, spanId, sampled] of found) {
    const caller = callerOf(BigInt(`0x${traceId!.slice(16)}`), BigInt(`0x${spanId!}`));
    assert.deepEqual(caller, { isSampled: sampled === "1" });
  }
  assert.deepEqual(parents(0.3), parents(0.3));
  assert.notDeepEqual(parents(0.3), parents(0.3, 2));
  for (const all of [0, 1]) assert.ok(parents(all).every(({ traceparent }) => traceparent!.endsWith(`-0${all}`)));
});

test("sampled callers pass a threshold on that their trace ids are not below, and that gives their share", () => {
  for (const sampled of [0.3, 0.01, 1])
    for (const { traceparent, tracestate } of parents(sampled, 1, true)) {
      const isSampled = traceparent!.endsWith("-01");
      assert.equal(tracestate !== undefined, isSampled);
      if (!isSampled) continue;
      const threshold = /^ot=th:([0-9a-f]{1,14})$/.exec(tracestate!)![1]!.padEnd(14, "0");
      assert.ok(traceparent!.slice(21, 35) >= threshold);
      assert.ok(Math.abs(1 - Number(`0x${threshold}`) / 2 ** 56 - sampled) < 1e-9);
    }
});

const SHOP = [
  template("/orders", "ordinary", 60),
  template("/orders", "declined", 10),
  template("/orders/:id", "ordinary", 25),
  template("/orders/:id", "unknown", 5),
];

/** How many of `n` ids got each template. */
function shares(choose: (id: number) => number, n: number): number[] {
  const counts = SHOP.map(() => 0);
  for (let id = 1; id <= n; id++) counts[choose(id)]!++;
  return counts;
}

/** Within 4.4 standard deviations of a binomial count: one false alarm in 100,000. */
function assertShare(count: number, n: number, share: number): void {
  const deviation = Math.sqrt(n * share * (1 - share));
  assert.ok(Math.abs(count - n * share) <= 4.4 * deviation, `${count} of ${n} is not ${share}`);
}

suite("the mix of requests", () => {
  test("gives each template its share of the traffic", () => {
    for (const seed of [1, 42, 4_000_000_000]) {
      const mix = requestMix(SHOP, seed);
      const counts = shares((id) => mix.choose(id, 0), 50_000);
      SHOP.forEach(({ weight }, index) => assertShare(counts[index]!, 50_000, weight / 100));
    }
  });

  test("chooses by id and seed alone", () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat({ max: 1e6 }), fc.integer({ min: -1000, max: 1e5 }), (seed, id, windowMs) => {
        const first = requestMix(SHOP, seed);
        const second = requestMix(SHOP, seed);
        const chosen = first.choose(id, windowMs);
        assert.equal(second.choose(id, -1), chosen);
        assert.deepEqual(second.render(chosen, id), first.render(chosen, id));
      }),
    );
  });

  test("never chooses a template of weight 0", () => {
    const mix = requestMix([template("/a", "ordinary", 0), template("/b", "ordinary", 1), template("/c", "x", 0)], 5);
    for (let id = 1; id <= 1000; id++) assert.equal(mix.choose(id, 0), 1);
  });

  test("switches a share of the struck route from the incident's moment on, and nothing else", () => {
    const incident = { atMs: 1000, route: "/orders", class: "declined", share: 0.5 };
    const [mix, calm] = [requestMix(SHOP, 9, incident), requestMix(SHOP, 9)];
    for (let id = 1; id <= 20_000; id++) {
      assert.equal(mix.choose(id, 999), calm.choose(id, 0));
      const struck = mix.choose(id, 1000);
      if (struck !== calm.choose(id, 0)) assert.deepEqual([calm.choose(id, 0), struck], [0, 1]);
    }
    const counts = shares((id) => mix.choose(id, 1000), 20_000);
    assertShare(counts[0]!, 20_000, 0.3);
    assertShare(counts[1]!, 20_000, 0.4);
    assertShare(counts[2]!, 20_000, 0.25);
  });

  test("takes the class from another route if the affected route has none, and refuses a class without requests", () => {
    const elsewhere = requestMix(SHOP, 9, { atMs: 0, route: "/orders", class: "unknown", share: 1 });
    const counts = shares((id) => elsewhere.choose(id, 0), 5000);
    assert.deepEqual(counts.slice(0, 2), [0, 0]);
    assert.throws(
      () => requestMix(SHOP, 9, { atMs: 0, route: "/orders", class: "broken", share: 1 }),
      /class "broken"; expected one of ordinary, declined, unknown/,
    );
    assert.throws(() => requestMix([], 1), /at least one with a weight above 0/);
  });

  test("fills in the id and a seeded number everywhere, and nothing else in braces", () => {
    const order = template("/orders", "ordinary", 1, {
      method: "POST",
      path: "/orders/{id}?page={n}",
      headers: { "content-type": "application/json", "x-trace": "t-{id}" },
      body: '{"id":"{id}","n":{n},"meta":{"a":1}}',
    });
    const mix = requestMix([order], 1);
    const { path, headers, body } = mix.render(0, 17);
    const n = Number(/page=(\d+)/.exec(path)![1]);
    assert.equal(path, `/orders/17?page=${n}`);
    assert.deepEqual(headers, ["x-request-id", "17", "content-type", "application/json", "x-trace", "t-17"]);
    assert.deepEqual(JSON.parse(String(body)), { id: "17", n, meta: { a: 1 } });
    const numbers = Array.from({ length: 1000 }, (_, id) => Number(/page=(\d+)/.exec(mix.render(0, id).path)![1]));
    assert.ok(numbers.every((number) => number >= 0 && number < 1000));
    assert.ok(new Set(numbers).size > 500);
  });
});
