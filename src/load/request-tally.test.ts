import assert from "node:assert/strict";
import { suite, test } from "node:test";
import hdr from "hdr-histogram-js";
import type { LoadJob } from "./job.ts";
import { RequestTally, type Attempt } from "./request-tally.ts";

const JOB: LoadJob = {
  driver: "open-loop",
  targets: [],
  requests: [
    { route: "/a", class: "ordinary", method: "GET", path: "/a", weight: 1, expect: [200] },
    { route: "/a", class: "declined", method: "GET", path: "/a", weight: 1, expect: [402] },
  ],
  seed: 1,
  ratePerSecond: 1,
  arrivals: "uniform",
  connections: 1,
  warmupMs: 100,
  durationMs: 1000,
  timeoutMs: 1000,
};

const attempt = (id: number, more: Partial<Attempt> = {}): Attempt => ({
  id,
  template: 0,
  measured: true,
  intendedMs: 100 + id,
  sentMs: 101 + id,
  status: 200,
  ...more,
});

suite("the tally of a target", () => {
  test("distinguishes expected failures from unexpected statuses", () => {
    const tally = new RequestTally(JOB, 100);
    tally.end(attempt(1), "completed", 105);
    tally.end(attempt(2, { template: 1, status: 402 }), "completed", 105);
    tally.end(attempt(3, { template: 1, status: 200 }), "completed", 105);
    tally.end(attempt(4, { status: 500 }), "completed", 105);
    const { completed, expectedFailures, unexpected, requests } = tally.close("a", 1000, 0);
    assert.deepEqual({ completed, expectedFailures, unexpected }, { completed: 4, expectedFailures: 1, unexpected: 2 });
    assert.deepEqual([...requests.expected], [1, 1, 0, 0]);
  });

  test("keeps the warm-up out of the window's figures, and in the lifetime's", () => {
    const tally = new RequestTally(JOB, 100);
    const warm = attempt(1, { measured: false, intendedMs: 15, sentMs: 16 });
    tally.intend(false);
    tally.sent(false);
    tally.end(warm, "completed", 20);
    tally.intend(true);
    tally.sent(true);
    tally.end(attempt(2, { intendedMs: 250, sentMs: 250 }), "completed", 256);
    const result = tally.close("a", 1000, 0);
    assert.deepEqual([result.intended, result.sent, result.completed], [1, 1, 1]);
    assert.deepEqual(result.lifetime, { sent: 2, completed: 2, unfinished: 0 });
    assert.deepEqual(result.windowServiceMs, [0, 6, 0, 0, 0, 0, 0, 0, 0, 0]);
    assert.deepEqual([...result.requests.id], [2]);
  });

  test("counts the requests of the warm-up that end in the window, apart from its own", () => {
    const tally = new RequestTally(JOB, 100);
    const warm = { measured: false, intendedMs: 95, sentMs: 95 };
    tally.end(attempt(1, warm), "completed", 99);
    tally.end(attempt(2, warm), "completed", 100);
    tally.end(attempt(3, warm), "error");
    // of a warm-up whose times are on a clock of its own
    tally.end(attempt(5, { measured: false, intendedMs: 150, sentMs: 150 }), "completed", 160);
    tally.end(attempt(4), "completed", 106);
    const { completed, carriedOver } = tally.close("a", 1000, 0);
    assert.deepEqual({ completed, carriedOver }, { completed: 1, carriedOver: 1 });
  });

  test("counts response time from the intended, service time from the send, in whole µs", () => {
    const tally = new RequestTally(JOB, 100);
    tally.end(attempt(1, { intendedMs: 110, sentMs: 110.3 }), "completed", 110.8004);
    const { responseTimeUs, serviceTimeUs, latenessUs } = tally.close("a", 1000, 0);
    const [response, service, lateness] = [responseTimeUs, serviceTimeUs, latenessUs].map((text) =>
      hdr.decodeFromCompressedBase64(text),
    );
    assert.deepEqual([response!.totalCount, response!.maxValue], [1, 800]);
    assert.deepEqual([service!.totalCount, service!.maxValue], [1, 500]);
    assert.equal(lateness!.totalCount, 0);
  });

  test("books times of more than an hour as an hour", () => {
    const tally = new RequestTally(JOB, 100);
    tally.end(attempt(1), "completed", 1e8);
    assert.equal(tally.close("a", 1000, 0).completed, 1);
  });

  test("keeps a row for every measured request, sorted by id, without times if nothing came", () => {
    const tally = new RequestTally(JOB, 100);
    const outcomes = ["completed", "error", "timeout", "skipped", "unfinished"] as const;
    for (let id = 3000; id > 0; id--) {
      const outcome = outcomes[id % 5]!;
      tally.end(attempt(id), outcome, outcome === "completed" ? 200 + id : undefined);
    }
    const { requests } = tally.close("a", 1000, 0);
    assert.equal(requests.id.length, 3000);
    requests.id.forEach((id, row) => {
      const came = id % 5 === 0;
      assert.equal(id, row + 1);
      assert.equal(Math.round(requests.intendedUs[row]!), id * 1000);
      assert.equal(requests.status[row], came ? 200 : 0);
      assert.equal(requests.expected[row], came ? 1 : 0);
      assert.equal(Number.isNaN(requests.responseTimeUs[row]), !came);
      assert.equal(Number.isNaN(requests.completedUs[row]), !came);
    });
    assert.deepEqual(requests.templates, [
      { route: "/a", class: "ordinary" },
      { route: "/a", class: "declined" },
    ]);
  });
});
