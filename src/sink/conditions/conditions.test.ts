import assert from "node:assert/strict";
import { request as httpRequest } from "node:http";
import { describe, it } from "node:test";
import { call, HandClock, open, post, until } from "../receiver.fixture.ts";
import { protobufOf, someSpans } from "../spans.fixture.ts";
import { conditions } from "./index.ts";

const batch = (from: number, to: number): Buffer => protobufOf(spans.slice(from, to));
const spans = someSpans(200);
const UNAVAILABLE = 14;
const RESOURCE_EXHAUSTED = 8;

describe("every condition", () => {
  it("prints its example back and parses to itself", () => {
    for (const { example } of conditions.kinds) assert.equal(conditions.parse(example).text, example);
  });

  it("says what is wrong with a setting that cannot be", () => {
    for (const [text, message] of [
      ["slw:5ms", /did you mean "slow"/],
      ["slow:200", /duration with its unit/],
      ["slow:2h", /use hang/],
      ["error:200", /400 to 599/],
      ["flaky:1.5", /share from 0 to 1/],
      ["restart:at=5s", /down needs a value/],
      ["bandwidth:1MB", /bandwidth such as/],
    ] as const) {
      assert.throws(() => conditions.parse(text), message);
    }
  });
});

describe("healthy", () => {
  it("receives what comes by either protocol", async () => {
    const receiver = await open();
    const answer = await post(receiver.endpoints.otlpHttp, batch(0, 10));
    assert.deepEqual(
      [answer.status, answer.body.length, answer.headers["content-type"]],
      [200, 0, "application/x-protobuf"],
    );
    assert.deepEqual((await call(receiver.endpoints.otlpGrpc, batch(10, 30))).code, 0);
    const { counts } = await receiver.close();
    assert.deepEqual([counts.received, counts.batches, counts.conditioned, counts.malformed], [30, 2, {}, {}]);
    assert.equal(counts.bodyBytes, batch(0, 10).length + batch(10, 30).length);
  });
});

describe("slow", () => {
  it("receives when the body is there, and answers later", async () => {
    const clock = new HandClock();
    const receiver = await open("slow:200ms", clock);
    const answers = [post(receiver.endpoints.otlpHttp, batch(0, 10)), call(receiver.endpoints.otlpGrpc, batch(10, 20))];
    await until(() => clock.sleeping === 2);
    assert.equal(receiver.countArrived(idsOf(0, 30)), 20);
    let isAnswered = false;
    void Promise.race(answers).then(() => (isAnswered = true));
    clock.advance(199);
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal(isAnswered, false);
    clock.advance(1);
    assert.deepEqual(
      [((await answers[0]) as { status: number }).status, ((await answers[1]) as { code: number }).code],
      [200, 0],
    );
    assert.equal((await receiver.close()).counts.received, 20);
  });

  it("counts as received what its client gave up on", async () => {
    const clock = new HandClock();
    const receiver = await open("slow:1s", clock);
    const request = httpRequest(receiver.endpoints.otlpHttp, {
      method: "POST",
      headers: { "content-type": "application/x-protobuf" },
    });
    request.on("error", () => {}).end(batch(0, 10));
    await until(() => clock.sleeping === 1);
    request.destroy();
    clock.advance(1000);
    assert.equal(receiver.countArrived(idsOf(0, 10)), 10);
    assert.equal((await receiver.close()).counts.received, 10);
  });
});

describe("error", () => {
  it("answers every batch with the status, and receives none", async () => {
    const receiver = await open("error:503");
    assert.equal((await post(receiver.endpoints.otlpHttp, batch(0, 10))).status, 503);
    assert.equal((await post(receiver.endpoints.zipkin, "[]", { "content-type": "application/json" })).status, 503);
    assert.equal((await call(receiver.endpoints.otlpGrpc, batch(0, 10))).code, UNAVAILABLE);
    const { counts, spans } = await receiver.close();
    assert.deepEqual(
      [counts.received, counts.batches, counts.conditioned, spans.spanId.length],
      [0, 0, { "503": 3 }, 0],
    );
  });
});

describe("throttle", () => {
  it("lets a second's worth pass, then what the rate allows, and says when to come again", async () => {
    const clock = new HandClock();
    const receiver = await open("throttle:3/s", clock);
    const statuses = async (count: number): Promise<number[]> => {
      const got: number[] = [];
      for (let i = 0; i < count; i++) got.push((await post(receiver.endpoints.otlpHttp, batch(0, 1))).status);
      return got;
    };
    assert.deepEqual(await statuses(5), [200, 200, 200, 429, 429]);
    clock.advance(334);
    assert.deepEqual(await statuses(2), [200, 429]);
    assert.equal((await post(receiver.endpoints.otlpHttp, batch(0, 1))).headers["retry-after"], "1");
    const { code, metadata } = await call(receiver.endpoints.otlpGrpc, batch(0, 1));
    assert.equal(code, RESOURCE_EXHAUSTED);
    assert.match(String(metadata!.get("grpc-status-details-bin")[0]), /type\.googleapis\.com\/google\.rpc\.RetryInfo/);
    clock.advance(60_000);
    assert.deepEqual(await statuses(4), [200, 200, 200, 429]);
    assert.deepEqual((await receiver.close()).counts.conditioned, { "429": 6 });
  });
});

describe("flaky", () => {
  it("refuses its share of the batches, the same ones for the same seed", async () => {
    const run = async (): Promise<number[]> => {
      const receiver = await open("flaky:0.3");
      const got: number[] = [];
      for (let i = 0; i < 100; i++) got.push((await post(receiver.endpoints.otlpHttp, batch(i, i + 1))).status);
      const { counts } = await receiver.close();
      assert.equal(counts.received, got.filter((status) => status === 200).length);
      assert.equal(counts.conditioned["503"], got.filter((status) => status === 503).length);
      return got;
    };
    const first = await run();
    const refused = first.filter((status) => status === 503).length;
    assert.ok(refused > 12 && refused < 48, `${refused} of 100`);
    assert.deepEqual(await run(), first);
  });
});

describe("partial", () => {
  it("rejects the share of each batch and says how many", async () => {
    const receiver = await open("partial:0.3");
    const answer = await post(receiver.endpoints.otlpHttp, batch(0, 100));
    assert.deepEqual([answer.status, [...answer.body.subarray(2, 4)]], [200, [0x08, 30]]);
    const json = { resourceSpans: [] };
    const empty = await post(receiver.endpoints.otlpHttp, JSON.stringify(json), { "content-type": "application/json" });
    assert.deepEqual(JSON.parse(String(empty.body)), {});
    const grpc = await call(receiver.endpoints.otlpGrpc, batch(100, 200));
    assert.deepEqual([grpc.code, [...grpc.body!.subarray(2, 4)]], [0, [0x08, 30]]);
    const { counts, spans } = await receiver.close();
    assert.deepEqual([counts.received, counts.rejected, counts.batches, spans.spanId.length], [140, 60, 3, 140]);
  });

  it("keeps its share over batches of one span", () => {
    const { kind, config } = conditions.parse("partial:0.3");
    const condition = kind.make(config, { seed: 1, clock: new HandClock() });
    let rejected = 0;
    for (let i = 0; i < 10_000; i++) rejected += condition.decide(1).type === "partial" ? 1 : 0;
    assert.ok(Math.abs(rejected - 3000) < 3.3 * Math.sqrt(10_000 * 0.3 * 0.7), String(rejected));
  });
});

function idsOf(from: number, to: number): string {
  return Buffer.concat(spans.slice(from, to).map((span) => Buffer.from(span.spanContext().spanId, "hex"))).toString(
    "base64",
  );
}
