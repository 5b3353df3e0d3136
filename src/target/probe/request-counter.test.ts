import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { countRequests } from "./request-counter.ts";

test("every request is counted when it starts, and when its answer is written in whole", async () => {
  const counts = countRequests(20);
  const server = createServer((request, response) => {
    if (request.url === "/hangs-up") response.destroy();
    else response.end("yes");
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  for (let request = 0; request < 50; request++) await (await fetch(origin)).text();
  await assert.rejects(fetch(`${origin}/hangs-up`));
  const { started, answered, burntUs } = counts();
  assert.deepEqual([started, answered], [51, 50]);
  assert.ok(burntUs > 0);
  server.close();
  server.closeAllConnections();
});
