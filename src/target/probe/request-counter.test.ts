import assert from "node:assert/strict";
import { once } from "node:events";
import { channel } from "node:diagnostics_channel";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { countRequests } from "./request-counter.ts";

test("requests to another port of the same process are not the service's", async () => {
  const [front, inner] = [0, 0].map(() => createServer((_, response) => response.end("yes")).listen(0, "127.0.0.1"));
  await Promise.all([once(front!, "listening"), once(inner!, "listening")]);
  const [port, other] = [front, inner].map((server) => (server!.address() as AddressInfo).port);
  const counts = countRequests(undefined, port);
  for (const asked of [port, other, other]) await (await fetch(`http://127.0.0.1:${asked}`)).text();
  const { started, answered, ownCalls } = counts();
  assert.deepEqual([started, answered, ownCalls], [1, 1, 1]);
  for (const server of [front, inner]) server!.close().closeAllConnections();
});

test("only calls of this machine are the service's own", () => {
  const counts = countRequests(undefined, 8080);
  const call = (host: string): void => {
    channel("http.client.response.finish").publish({ request: { getHeader: () => host } });
    channel("undici:request:headers").publish({ request: { origin: `http://${host}` } });
  };
  for (const host of ["localhost:8080", "127.0.0.1:8080", "[::1]:8080"]) call(host);
  assert.equal(counts().ownCalls, 6);
  for (const host of ["payment.example:8080", "localhost:80", "10.0.0.7:8080"]) call(host);
  assert.equal(counts().ownCalls, 6);
});

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
