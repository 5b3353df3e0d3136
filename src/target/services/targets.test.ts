import assert from "node:assert/strict";
import { test } from "node:test";
import { UserError } from "../../base/problem.ts";
import type { RequestTemplate, RunningTarget } from "./target-kind.ts";
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

test("the order service answers the same on Fastify, on Express and as a chain", async () => {
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

test("an order that was placed can be read", async () => {
  const [orders] = await start("orders");
  const place = targets.parse("orders").kind.requests.find(({ route }) => route === "POST /orders")!;
  const placed = (await (await send(orders!.origin, place, 12)).json()) as { id: string; totalCents: number };
  const read = (await (await fetch(`${orders!.origin}/orders/${placed.id}`)).json()) as typeof placed;
  assert.equal(read.totalCents, placed.totalCents);
  await orders!.close();
});

test("a body that is no order is refused, and the service lives on", async () => {
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

test("the usual traffic has 4 % declined, 0.2 % slow, 2 % unknown, and a rare route", () => {
  const { requests } = targets.parse("orders").kind;
  const total = requests.reduce((sum, { weight }) => sum + weight, 0);
  const shares = ["declined", "slow", "unknown"].map(
    (name) => requests.find((template) => template.class === name)!.weight / total,
  );
  assert.deepEqual(shares, [0.04, 0.002, 0.02]);
  const rare = requests.find(({ route }) => route === "POST /orders/:id/refund")!.weight / total;
  assert.ok(rare > 0 && rare < 0.05);
});

test("a wrong target is the user's mistake", () => {
  assert.throws(() => targets.parse("ordres"), { name: "UserError", message: /did you mean "orders"/ });
  assert.throws(() => targets.parse("bare:0"), UserError);
  assert.throws(() => targets.parse("command:"), UserError);
  assert.throws(() => targets.parse("command:x,port_env=1X"), { name: "UserError", message: /port_env .*"1X"/ });
});

test("a command or an address without its kind is answered with the whole target", () => {
  assert.throws(() => targets.parse("node server.js"), /did you mean command:"node server\.js"\?/);
  for (const address of ["127.0.0.1:80", "http://127.0.0.1:80"])
    assert.throws(() => targets.parse(address), /did you mean url:http:\/\/127\.0\.0\.1:80\?/);
  assert.throws(() => targets.parse('commnd:"node server.js"'), /did you mean "command"\?/);
});
