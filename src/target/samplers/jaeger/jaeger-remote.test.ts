import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { temporaryFolder } from "../../../base/temporary-folder.fixture.ts";
import { samplers } from "../index.ts";
import { isSampled, startService, type Service } from "../samplers.fixture.ts";

const baseDir = temporaryFolder();
const file = join(baseDir, "strategies.json");
const write = (strategies: unknown): Promise<void> => writeFile(file, JSON.stringify(strategies));

const probabilistic = (param: number, more: object = {}): object => ({ type: "probabilistic", param, ...more });
const start = (service: string, poll = "60s"): Promise<Service> =>
  startService(`jaeger_remote:./strategies.json,poll=${poll}`, { baseDir, service });
const keeps = (service: Service, name = "GET /x"): boolean => isSampled(service.start(name).span);

test("a service gets its own strategy from the first span on, others the default", async () => {
  await write({ service_strategies: [{ service: "orders", ...probabilistic(1) }], default_strategy: probabilistic(0) });
  await using orders = await start("orders");
  await using payment = await start("payment");
  assert.equal(keeps(orders), true);
  assert.equal(keeps(payment), false);
});

test("operations have strategies of their own", async () => {
  const operation_strategies = [{ operation: "GET /health", ...probabilistic(0) }];
  await write({ default_strategy: probabilistic(1, { operation_strategies }) });
  await using service = await start("orders");
  assert.equal(keeps(service, "GET /orders"), true);
  assert.equal(keeps(service, "GET /health"), false);
});

test("a changed file is followed, and a broken one leaves the last strategies in force", async () => {
  await write({ default_strategy: probabilistic(0) });
  await using service = await start("orders", "20ms");
  assert.equal(keeps(service), false);
  await write({ default_strategy: probabilistic(1) });
  for (let tries = 0; tries < 200 && !keeps(service); tries++) await sleep(20);
  assert.equal(keeps(service), true);
  await writeFile(file, "{");
  await sleep(100);
  assert.equal(keeps(service), true);
});

test("the spans below a root follow it", async () => {
  const operation_strategies = [{ operation: "child", ...probabilistic(0) }];
  await write({ default_strategy: probabilistic(1, { operation_strategies }) });
  await using service = await start("orders");
  const { context } = service.start("root");
  assert.equal(isSampled(service.start("child", context).span), true);
});

test("a type that the SDK would ignore is refused beforehand", async () => {
  await write({ default_strategy: { type: "ratelimiting", param: 5 } });
  const { kind, config } = samplers.parse("jaeger_remote:./strategies.json");
  await assert.rejects(
    kind.check!(config, { baseDir }),
    /strategies\.json: default_strategy\.type: .*ignores other types/,
  );
});
