import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { test } from "node:test";
import { scenarioOfFields } from "../../spec/read.ts";
import { askRequests } from "./ask-requests.ts";

const SCENARIO = scenarioOfFields("own", { requests: [{ route: "GET /", path: "/" }] });

/** How a service that treats every connection so answers requests. */
async function answersOf(answer: (socket: Socket) => void, count = 2) {
  const server = createServer((socket) => socket.on("error", () => undefined).once("data", () => answer(socket)));
  await once(server.listen(0, "127.0.0.1"), "listening");
  const asked = await askRequests(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, SCENARIO, count);
  server.close();
  return asked;
}

test("an answer that is broken off is named so, and one that never began is no answer", async () => {
  const brokenOff = await answersOf((socket) => {
    socket.write("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf");
    setTimeout(() => socket.destroy(), 50);
  });
  const none = await answersOf((socket) => socket.destroy());
  assert.deepEqual([brokenOff.answered, none.answered], [0, 0]);
  assert.match(brokenOff.unexpected[0]!.status, /^answer broken off/);
  assert.match(none.unexpected[0]!.status, /^no answer/);
});

test("an expected status is right", async () => {
  const { answered, unexpected } = await answersOf((socket) =>
    socket.end("HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok"),
  );
  assert.deepEqual([answered, unexpected], [2, []]);
});

test("a service that closes its connections after an answer without a word has answered all", async () => {
  const { answered, unexpected } = await answersOf((socket) => {
    socket.write("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
    setTimeout(() => socket.destroy(), 5);
  }, 40);
  assert.deepEqual([answered, unexpected], [40, []]);
});
