import assert from "node:assert/strict";
import { test } from "node:test";
import { UserError } from "../../base/problem.ts";
import type { RunningTarget } from "../kinds.ts";
import type { RequestTemplate } from "../request-template.ts";
import { targets } from "./index.ts";

const SEED = 7;

async function start(spec: string): Promise<readonly RunningTarget[]> {
  const { kind, config } = targets.parse(spec);
  const running: RunningTarget[] = [];
  const peers: Record<string, string> = {};
  for (const { service, needs } of kind.services(config)) {
    const known = Object.fromEntries(needs.map((need) => [need, peers[need]!]));
    const target = await kind.serve!(config, { service, peers: known, seed: SEED });
    peers[service] = target.origin;
    running.push(target);
  }
  return running;
}

function send(origin: string, template: RequestTemplate, id: number): Promise<Response> {
  const fill = (text: string): string => text.replaceAll("{id}", String(id)).replaceAll("{n}", String(id % 1000));
  return fetch(origin + fill(template.path), {
    method: template.method,
    headers: { ...template.headers, "x-request-id": String(id) },
    ...(template.body !== undefined && { body: fill(template.body) }),
  });
}

for (const spec of ["orders", "orders-chain", "express", "bare:5"]) {
  void test(`${spec} answers each of its requests with the status it promises`, async () => {
    const running = await start(spec);
    try {
      for (const [id, template] of targets.parse(spec).kind.requests.entries()) {
        const response = await send(running.at(-1)!.origin, template, id);
        await response.json();
        assert.ok(template.expect.includes(response.status), `${template.route} ${template.class}: ${response.status}`);
      }
    } finally {
      await Promise.all(running.map((target) => target.close()));
    }
  });
}

void test("the order service answers alike on Fastify, on Express and as a chain", async () => {
  const bodies: unknown[] = [];
  for (const spec of ["orders", "express", "orders-chain"]) {
    const running = await start(spec);
    const place = targets.parse(spec).kind.requests.find(({ route }) => route === "POST /orders")!;
    bodies.push(await (await send(running.at(-1)!.origin, place, 12)).json());
    await Promise.all(running.map((target) => target.close()));
  }
  assert.deepEqual(bodies[1], bodies[0]);
  assert.deepEqual(bodies[2], bodies[0]);
});

void test("an order that was placed can be read", async () => {
  const [orders] = await start("orders");
  const place = targets.parse("orders").kind.requests.find(({ route }) => route === "POST /orders")!;
  const placed = (await (await send(orders!.origin, place, 12)).json()) as { id: string; totalCents: number };
  const read = (await (await fetch(`${orders!.origin}/orders/${placed.id}`)).json()) as typeof placed;
  assert.equal(read.totalCents, placed.totalCents);
  await orders!.close();
});

void test("a body that is no order is refused, and the service lives on", async () => {
  for (const spec of ["orders", "express", "orders-chain"]) {
    const running = await start(spec);
    const { origin } = running.at(-1)!;
    for (const body of ["{", "{}", '{"customer":"c","card":"visa","lines":[{"sku":"none"}]}']) {
      const headers = { "content-type": "application/json" };
      const response = await fetch(`${origin}/orders`, { method: "POST", headers, body });
      assert.equal(response.status, 400, `${spec} ${body}`);
    }
    assert.equal((await fetch(`${origin}/orders/1`)).status, 200);
    await Promise.all(running.map((target) => target.close()));
  }
});

void test("the usual traffic has 4 % declined, 0.2 % slow, 2 % unknown, and a rare route", () => {
  const { requests } = targets.parse("orders").kind;
  const total = requests.reduce((sum, { weight }) => sum + weight, 0);
  const share = (matches: (template: RequestTemplate) => boolean): number =>
    requests.filter(matches).reduce((sum, { weight }) => sum + weight, 0) / total;
  assert.equal(
    share((template) => template.class === "declined"),
    0.04,
  );
  assert.equal(
    share((template) => template.class === "slow"),
    0.002,
  );
  assert.equal(
    share((template) => template.class === "unknown"),
    0.02,
  );
  const rare = share((template) => template.route === "POST /orders/:id/refund");
  assert.ok(rare > 0 && rare < 0.05);
});

void test("services of a chain start after the peers they need", () => {
  const { kind, config } = targets.parse("orders-chain");
  const started = new Set<string>();
  for (const { service, needs } of kind.services(config)) {
    for (const need of needs) assert.ok(started.has(need), `${service} before ${need}`);
    started.add(service);
  }
  assert.equal(started.size, 5);
});

void test("every target has an example that works, and specs print back canonically", () => {
  for (const { example } of targets.kinds) {
    const { text: canonical } = targets.parse(example);
    assert.equal(targets.parse(canonical).text, canonical);
  }
  assert.equal(targets.parse("bare:5").text, "bare");
  assert.equal(targets.parse("bare:7").text, "bare:7");
  const { config } = targets.parse('command:"node a.js, b",port_env=APP_PORT,own_sdk');
  assert.deepEqual(config, { run: "node a.js, b", port_env: "APP_PORT", own_sdk: true });
});

void test("wrong targets are told as the user's mistakes", () => {
  assert.throws(() => targets.parse("ordres"), { name: "UserError", message: /did you mean "orders"/ });
  assert.throws(() => targets.parse("bare:0"), UserError);
  assert.throws(() => targets.parse("command:"), UserError);
  assert.throws(() => targets.parse("command:x,port_env=1X"), { name: "UserError", message: /port_env .*"1X"/ });
});
