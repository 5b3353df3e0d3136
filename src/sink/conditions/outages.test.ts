import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { begin, call, HandClock, open, post, until } from "../receiver.fixture.ts";
import { protobufOf, someSpans } from "../spans.fixture.ts";

const batch = (from: number, to: number): Buffer => protobufOf(spans.slice(from, to));
const spans = someSpans(200);
const UNAVAILABLE = 14;
const DEADLINE_EXCEEDED = 4;

describe("hang", () => {
  it("takes the body, never answers, receives nothing, and lets go at close", async () => {
    const receiver = await open("hang");
    const answers = [
      post(receiver.endpoints.otlpHttp, batch(0, 10)),
      call(receiver.endpoints.otlpGrpc, batch(10, 20), 2000),
    ];
    assert.equal(((await answers[1]) as { code: number }).code, DEADLINE_EXCEEDED);
    const { counts } = await receiver.close();
    assert.equal(((await answers[0]) as { status: number }).status, 0);
    assert.deepEqual([counts.received, counts.conditioned, counts.malformed], [0, { hang: 2 }, {}]);
  });
});

describe("refuse", () => {
  it("gives an address at which nothing listens", async () => {
    const receiver = await open("refuse");
    assert.equal((await post(receiver.endpoints.otlpHttp, batch(0, 10))).status, 0);
    await assert.rejects(fetch(receiver.endpoints.otlpHttp), (error: Error) => {
      return (error.cause as NodeJS.ErrnoException).code === "ECONNREFUSED";
    });
    assert.equal((await call(receiver.endpoints.otlpGrpc, batch(0, 10))).code, UNAVAILABLE);
    assert.equal((await receiver.close()).counts.received, 0);
  });
});

describe("reset", () => {
  it("destroys the connection in mid-body and receives nothing", async () => {
    const receiver = await open("reset");
    assert.equal((await post(receiver.endpoints.otlpHttp, batch(0, 200))).status, 0);
    assert.notEqual((await call(receiver.endpoints.otlpGrpc, batch(0, 200))).code, 0);
    const { counts } = await receiver.close();
    assert.deepEqual([counts.received, counts.conditioned, counts.malformed], [0, { reset: 2 }, {}]);
  });
});

describe("restart", () => {
  it("goes away when its time has come, and comes back on the same ports", async () => {
    const clock = new HandClock();
    const receiver = await open("restart:at=5s,down=3s", clock);
    const { otlpHttp, otlpGrpc } = receiver.endpoints;
    const isUp = async (): Promise<boolean> =>
      (await post(otlpHttp, batch(0, 1))).status === 200 && (await call(otlpGrpc, batch(1, 2), 500)).code === 0;
    clock.advance(60_000);
    assert.equal(await isUp(), true, "before the window opens");
    receiver.openWindow();
    clock.advance(5000);
    await until(async () => !(await isUp()));
    assert.notEqual((await call(otlpGrpc, batch(1, 2), 500)).code, 0);
    clock.advance(3000);
    await until(isUp);
    assert.equal((await receiver.close()).counts.received, 2);
  });

  it("cuts and counts a request that is on its way", async () => {
    const clock = new HandClock();
    const receiver = await open("restart:at=1s,down=1s", clock);
    receiver.openWindow();
    const request = await begin(receiver.endpoints.otlpHttp, batch(0, 5));
    clock.advance(1000);
    assert.equal(await request.ended, "broken");
    const { counts } = await receiver.close();
    assert.deepEqual([counts.received, counts.conditioned], [0, { restart: 1 }]);
  });
});

describe("bandwidth", () => {
  it("answers when the bytes have had their time, one body after the other", async () => {
    const clock = new HandClock();
    const receiver = await open("bandwidth:10kB/s", clock);
    const body = batch(0, 20);
    const answers = [post(receiver.endpoints.otlpHttp, body), post(receiver.endpoints.otlpHttp, body)];
    let answered = 0;
    for (const answer of answers) void answer.then(() => answered++);
    await until(() => clock.sleeping === 2);
    clock.advance((body.length / 10_000) * 1000 + 1);
    await until(() => answered === 1);
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.equal(answered, 1);
    clock.advance((body.length / 10_000) * 1000 + 1);
    assert.deepEqual(
      (await Promise.all(answers)).map(({ status }) => status),
      [200, 200],
    );
    const { counts } = await receiver.close();
    assert.deepEqual([counts.received, counts.duplicates], [20, 20]);
  });
});
