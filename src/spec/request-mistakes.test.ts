import assert from "node:assert/strict";
import { test } from "node:test";
import { fromFile, mistakes } from "./scenario.fixture.ts";

const service = (request: object, phases?: readonly string[]): object => ({
  about: "",
  target: "command:(node server.js)",
  requests: [{ route: "GET /", path: "/", ...request }],
  ...(phases && { phases }),
});

test("a method is sent in upper case however it is written, and what is no method is refused", () => {
  assert.equal(fromFile(service({ method: "post" })).requests[0]!.method, "POST");
  assert.match(mistakes(() => fromFile(service({ method: "POTS" })))[0]!, /requests\.0\.method "POTS".*POST/);
  assert.match(mistakes(() => fromFile(service({ method: "CONNECT" })))[0]!, /requests\.0\.method "CONNECT"/);
});

test("a method that the closed loop cannot send is refused with the phase capacity alone", () => {
  for (const method of ["HEAD", "SEARCH"]) {
    assert.match(mistakes(() => fromFile(service({ method })))[0]!, /requests\.0\.method.*capacity/);
    assert.equal(fromFile(service({ method }, ["cost", "latency"])).requests[0]!.method, method);
  }
});

test("headers that a driver writes itself or cannot send are refused, and others are not", () => {
  for (const name of [
    "Content-Length",
    "transfer-encoding",
    "Expect",
    "upgrade",
    "Keep-Alive",
    "X-Request-Id",
    "a b",
  ]) {
    const [line, ...others] = mistakes(() => fromFile(service({ headers: { [name]: "3" } })));
    assert.ok(line!.includes(`requests.0.headers "${name}"`), line);
    assert.deepEqual(others, []);
  }
  assert.match(mistakes(() => fromFile(service({ headers: { "x-a": "1\n2" } })))[0]!, /headers "x-a"/);
  const headers = { Host: "shop.example", Connection: "close", Cookie: "a={n}" };
  assert.deepEqual(fromFile(service({ headers })).requests[0]!.headers, headers);
});

test("a path with characters that must be encoded is refused with its encoding", () => {
  assert.match(
    mistakes(() => fromFile(service({ path: "/a b/é?n={n}" })))[0]!,
    /"\/a b\/é\?n=\{n\}".*\/a%20b\/%C3%A9\?n=\{n\}/,
  );
});
