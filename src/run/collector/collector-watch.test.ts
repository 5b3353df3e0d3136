import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { metricsPage } from "./collector-watch.ts";

test("an answer that is no page of metrics is unknown, and no page of zeros", async () => {
  let status = 503;
  const server = createServer((_, response) => response.writeHead(status).end("x 1"));
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  try {
    assert.equal(await metricsPage(port), undefined);
    status = 200;
    assert.equal(await metricsPage(port), "x 1");
  } finally {
    server.close();
    server.closeAllConnections();
  }
  assert.equal(await metricsPage(port), undefined);
});
