import assert from "node:assert/strict";
import { once } from "node:events";
import { connect as connectHttp2 } from "node:http2";
import { connect } from "node:net";
import { describe, it } from "node:test";
import { gzipSync } from "node:zlib";
import { begin, call, open, post, until } from "../receiver.fixture.ts";
import { jsonOf, protobufOf, someSpans } from "../spans.fixture.ts";

const spans = someSpans(20);
const body = protobufOf(spans);
const JSON_TYPE = { "content-type": "application/json; charset=utf-8" };
const GZIP = { "content-encoding": "gzip" };
const [INVALID_ARGUMENT, RESOURCE_EXHAUSTED, UNIMPLEMENTED] = [3, 8, 12];

/** 64 MiB and some of zeros: 64 kB of gzip. */
const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024 + 1));

describe("the HTTP server", () => {
  it("answers what is malformed with the right status, counts it, and goes on", async () => {
    const receiver = await open();
    const { otlpHttp, zipkin } = receiver.endpoints;
    const status = async (...request: Parameters<typeof post>): Promise<number> => (await post(...request)).status;
    assert.equal(await status(otlpHttp.replace("traces", "profiles"), body), 404);
    assert.equal(await status(otlpHttp, "", {}, "GET"), 405);
    assert.equal(await status(otlpHttp, "", {}, "PUT"), 405);
    assert.equal(await status(otlpHttp, body, { "content-type": "text/plain" }), 415);
    assert.equal(await status(zipkin, body), 415);
    assert.equal(await status(otlpHttp, body, { "content-encoding": "br" }), 415);
    assert.equal(await status(otlpHttp, body.subarray(0, -1)), 400);
    assert.equal(await status(otlpHttp, body, GZIP), 400);
    assert.equal(await status(otlpHttp, gzipSync(body).subarray(0, -9), GZIP), 400);
    assert.equal(await status(otlpHttp, jsonOf(spans).subarray(1), JSON_TYPE), 400);
    assert.equal(await status(zipkin, "{}", JSON_TYPE), 400);
    assert.equal(await status(otlpHttp, bomb, GZIP), 413);
    assert.equal(await status(otlpHttp, body), 200);
    assert.equal(await status(`${otlpHttp}?a=b`, jsonOf(spans), JSON_TYPE), 200);
    assert.equal(await status(otlpHttp, gzipSync(body), GZIP), 200);
    const { counts } = await receiver.close();
    assert.deepEqual(counts.malformed, { "404": 1, "405": 2, "415": 3, "400": 5, "413": 1 });
    assert.deepEqual([counts.received, counts.duplicates, counts.batches], [20, 40, 3]);
  });

  it("answers metrics and logs that a service exports unasked, and counts nothing of them", async () => {
    const receiver = await open();
    const [logs, metrics] = ["logs", "metrics"].map((name) => receiver.endpoints.otlpHttp.replace("traces", name));
    const answers = [await post(logs!, body), await post(metrics!, '{"resourceMetrics":[]}', JSON_TYPE)];
    assert.deepEqual(
      answers.map((answer) => [answer.status, String(answer.body)]),
      [
        [200, ""],
        [200, "{}"],
      ],
    );
    const path = "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export";
    const grpc = { ":method": "POST", ":path": path, "content-type": "application/grpc", "x-spantoll-receiver": "" };
    assert.deepEqual(await raw(receiver.endpoints.otlpGrpc, grpc, Buffer.alloc(5)), [200, undefined]);
    const { counts } = await receiver.close();
    assert.deepEqual([counts.malformed, counts.strangers, counts.received], [{}, 0, 0]);
  });

  it("takes a service that ends while it exports metrics for no bug of its own", async (context) => {
    const printed = context.mock.method(console, "error", () => undefined);
    const receiver = await open();
    (await begin(receiver.endpoints.otlpMetrics, body)).leave();
    assert.equal((await post(receiver.endpoints.otlpHttp, body)).status, 200);
    await new Promise((resolve) => setTimeout(resolve, 20));
    await receiver.close();
    assert.equal(printed.mock.callCount(), 0);
  });

  it("refuses a small gzip of very many spans, and keeps none of them", async () => {
    const receiver = await open();
    const one = protobufOf(someSpans(1));
    const many = gzipSync(Buffer.concat(Array.from({ length: 262_145 }, () => one)));
    assert.equal((await post(receiver.endpoints.otlpHttp, many, GZIP)).status, 413);
    const { counts, spans: kept } = await receiver.close();
    assert.deepEqual([counts.received, kept.spanId.length, counts.malformed], [0, 0, { "413": 1 }]);
  });

  it("says why in the encoding of the request", async () => {
    const receiver = await open();
    const json = await post(receiver.endpoints.otlpHttp, "[", JSON_TYPE);
    assert.match((JSON.parse(String(json.body)) as { message: string }).message, /JSON/);
    const protobuf = await post(receiver.endpoints.otlpHttp, body.subarray(0, -1));
    assert.equal(protobuf.headers["content-type"], "application/x-protobuf");
    assert.equal(protobuf.body[0], 0x12);
    assert.equal((await post(receiver.endpoints.otlpHttp, "", {}, "GET")).headers["allow"], "POST");
    await receiver.close();
  });

  it("refuses a body above its limit, announced or not", async () => {
    const receiver = await open();
    const big = Buffer.alloc(64 * 1024 * 1024 + 1);
    const announced = await post(receiver.endpoints.otlpHttp, "", { "content-length": String(big.length) });
    const chunked = await post(receiver.endpoints.otlpHttp, big, { "transfer-encoding": "chunked" });
    assert.equal(announced.status, 413);
    assert.ok(chunked.status === 413 || chunked.status === 0);
    assert.deepEqual((await receiver.close()).counts.malformed, { "413": 2 });
  });

  it("counts clients that go away in mid-body, and bytes that are not HTTP", async () => {
    const receiver = await open();
    const { hostname, port } = new URL(receiver.endpoints.otlpHttp);
    (await begin(receiver.endpoints.otlpHttp, body.subarray(0, 9))).leave();
    const stray = connect(Number(port), hostname);
    const answers: Buffer[] = [];
    stray.on("data", (chunk: Buffer) => answers.push(chunk)).on("error", () => {});
    stray.write("\u0016\u0003\u0001 no HTTP at all\r\n\r\n");
    await until(() => answers.length > 0);
    assert.match(String(Buffer.concat(answers)), /^HTTP\/1\.1 400 /);
    assert.equal((await post(receiver.endpoints.otlpHttp, body)).status, 200);
    assert.deepEqual((await receiver.close()).counts.malformed, { "400": 1, "499": 1 });
  });

  it("destroys what exporters keep open when it closes", async () => {
    const receiver = await open();
    const { ended } = await begin(receiver.endpoints.otlpHttp, body);
    const { counts } = await receiver.close();
    assert.equal(await ended, "broken");
    assert.deepEqual(counts.malformed, {});
    assert.equal((await post(receiver.endpoints.otlpHttp, body)).status, 0);
  });
});

it("refuses and counts apart whoever does not know its secret", async () => {
  const receiver = await open();
  const [http, grpc] = [receiver.endpoints.otlpHttp, receiver.endpoints.otlpGrpc].map((url) => new URL(url).origin);
  assert.equal((await post(`${http}/v1/traces`, body)).status, 404);
  assert.equal((await post(`${http}/api/v2/spans`, "[]", JSON_TYPE)).status, 404);
  assert.equal((await call(grpc!, body)).code, 16);
  assert.equal((await call(receiver.endpoints.otlpGrpc, body)).code, 0);
  const { counts } = await receiver.close();
  assert.deepEqual([counts.strangers, counts.malformed, counts.received], [3, {}, 20]);
});

describe("the gRPC server", () => {
  it("answers what is malformed with gRPC's codes, counts it, and goes on", async () => {
    const receiver = await open();
    const { otlpGrpc } = receiver.endpoints;
    assert.equal((await call(otlpGrpc, body.subarray(0, -1))).code, INVALID_ARGUMENT);
    assert.equal((await call(otlpGrpc, Buffer.alloc(64 * 1024 * 1024 + 1), 5000, true)).code, RESOURCE_EXHAUSTED);
    assert.equal((await call(otlpGrpc, body, 5000, true)).code, 0);
    const { counts } = await receiver.close();
    assert.deepEqual([counts.malformed, counts.received], [{ "400": 1, "413": 1 }, 20]);
  });

  it("refuses other methods, other types, and messages that are not one whole message", async () => {
    const receiver = await open();
    const path = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";
    const grpc = { ":method": "POST", ":path": path, "content-type": "application/grpc" };
    const ask = (headers: Record<string, string>, bytes: Buffer): Promise<unknown> =>
      raw(receiver.endpoints.otlpGrpc, headers, bytes);
    assert.deepEqual(await ask({ ...grpc, ":path": "/other/Export" }, Buffer.alloc(0)), [200, String(UNIMPLEMENTED)]);
    assert.deepEqual(await ask({ ...grpc, "content-type": "text/html" }, Buffer.alloc(0)), [415, undefined]);
    for (const hex of ["", "00", "0000000001", "000000000100ff", "0200000000", "00ffffffff"]) {
      assert.deepEqual(await ask(grpc, Buffer.from(hex, "hex")), [200, String(INVALID_ARGUMENT)], hex);
    }
    assert.deepEqual(await ask({ ...grpc, "grpc-encoding": "snappy" }, Buffer.from("0100000000", "hex")), [
      200,
      String(UNIMPLEMENTED),
    ]);
    assert.deepEqual(await ask(grpc, Buffer.from("0000000000", "hex")), [200, undefined]);
    const { counts } = await receiver.close();
    assert.deepEqual([counts.malformed, counts.batches], [{ "404": 1, "415": 1, "400": 6, "501": 1 }, 1]);
  });

  it("survives bytes that are not HTTP/2", async () => {
    const receiver = await open();
    const { hostname, port } = new URL(receiver.endpoints.otlpGrpc);
    const stray = connect(Number(port), hostname);
    stray.on("error", () => {}).resume();
    stray.write("GET / HTTP/1.1\r\n\r\n");
    await until(() => stray.destroyed);
    assert.equal((await call(receiver.endpoints.otlpGrpc, body)).code, 0);
    await receiver.close();
  });
});

for (const protocol of ["otlpHttp", "otlpGrpc"] as const) {
  it(`closes although a connection to ${protocol} has sent nothing`, async () => {
    const receiver = await open();
    const { hostname, port } = new URL(receiver.endpoints[protocol]);
    const silent = connect({ port: Number(port), host: hostname, allowHalfOpen: true });
    silent.on("error", () => {}).resume();
    await once(silent, "connect");
    await new Promise((resolve) => setTimeout(resolve, 20));
    await receiver.close();
    await until(() => silent.readableEnded || silent.destroyed);
    silent.destroy();
  });
}

/** Status of HTTP, and of gRPC if the headers have it. */
function raw(endpoint: string, headers: Record<string, string>, bytes: Buffer): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const { origin, pathname } = new URL(endpoint);
    const session = connectHttp2(origin);
    session.on("error", reject);
    const stream = session.request({ "x-spantoll-receiver": pathname.slice(1), ...headers });
    stream.on("response", (answer) => {
      resolve([answer[":status"], answer["grpc-status"]]);
      stream.resume();
    });
    stream.on("error", reject).on("close", () => session.close());
    stream.end(bytes);
  });
}
