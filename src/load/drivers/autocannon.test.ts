import assert from "node:assert/strict";
import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { suite, test } from "node:test";
import hdr from "hdr-histogram-js";
import type { LoadJob } from "../job.ts";
import { ASKED_FIRST, runClosedLoop } from "./autocannon.ts";
import { startListeners } from "./listeners.fixture.ts";
import {
  assertConserved,
  closings,
  EventLog,
  failures,
  jobFor,
  loadOne as loadUnder,
  reply,
  startService,
  type Answer,
} from "./service.fixture.ts";

async function loadOne(answer: Answer, more: Partial<LoadJob> = {}) {
  const job = { driver: "autocannon", connections: 4, durationMs: 500, ...more } as const;
  const { seen, ...loaded } = await loadUnder(runClosedLoop, answer, job);
  assert.deepEqual(seen, ["window-open", "window-closed"]);
  return loaded;
}

/** A status of its own for each id, with a body. */
const statusOf = (id: number): number => 400 + ((id * 7919) % 150);

const HELD_MS = 60_000;
/** Held for as long as it takes, also on a loaded machine. */
const HUNDRED = { driver: "autocannon", connections: 100, timeoutMs: 2 * HELD_MS } as const;

suite("the closed loop", () => {
  test("keeps its connections busy, with a new id for each request, and accounts for each", async () => {
    const { target, came } = await loadOne((_, response, request) =>
      reply(response, request.method === "POST" ? 402 : 200),
    );
    assert.ok(target.completed > 0);
    assert.deepEqual([target.completed, target.sent, target.unexpected], [target.intended, target.intended, 0]);
    assert.equal(target.lifetime.sent, came.length);
    assert.equal(target.lifetime.completed, came.length);
    assert.deepEqual(
      came.toSorted((a, b) => a - b),
      came.map((_, index) => index + 1),
    );
    assert.equal(target.expectedFailures, target.requests.template.filter((template) => template === 1).length);
    assert.ok(target.elapsedMs <= 500);
    assert.equal(hdr.decodeFromCompressedBase64(target.latenessUs).totalCount, 0);
    assert.ok(target.bytesReceived! > target.completed * "HTTP/1.1 200 OK".length);
  });

  test("loads no connection before the service has accepted all of them", async () => {
    const acceptedAt: number[] = [];
    await using service = await startService((id, response) => {
      // each connection has the id of its first request before any is sent, and the last ones ask first
      if (id <= 100 - ASKED_FIRST || id > 100) acceptedAt.push(service.accepted());
      const startMs = performance.now();
      while (performance.now() - startMs < 1);
      reply(response);
    });
    await runClosedLoop(jobFor([service], { ...HUNDRED, warmupMs: 50 }), new EventLog(), HELD_MS);
    assert.ok(acceptedAt.length > 100);
    assert.deepEqual(new Set(acceptedAt), new Set([100]));
  });

  test("waits for a process that accepts late, also if another one of the same port does not", async () => {
    for (const lateMs of [[300], [300, 0]]) {
      const services = await startListeners(lateMs, 100);
      await runClosedLoop(jobFor(services, HUNDRED), new EventLog(), HELD_MS);
      const seen = await services[0]!.stop();
      assert.equal(
        seen.reduce((sum, { accepted }) => sum + accepted, 0),
        100,
      );
      for (const { accepted, loadedAt } of seen) assert.ok(accepted > 0 && loadedAt === accepted, JSON.stringify(seen));
    }
  });

  test("waits no longer than its time for connections that the kernel refuses a place in a short queue", async () => {
    const services = await startListeners([300], 50, 4);
    const job = jobFor(services, { driver: "autocannon", connections: 50, warmupMs: 100, timeoutMs: 2000 });
    const [target] = await runClosedLoop(job, new EventLog());
    await services[0]!.stop();
    assertConserved(target!);
    assert.ok(target!.completed > 0);
    assert.deepEqual([target!.errors, target!.unfinished], [0, 0]);
  });

  test("loads a service all the same that serves no other connection until the first has asked", async () => {
    // the last connection asks first, and its answer waits for a request of another
    const waiting: ServerResponse[] = [];
    const sockets = new Set<Socket>();
    const { target } = await loadOne(
      (_, response) => {
        waiting.push(response);
        if (sockets.add(response.socket!).size > 1) for (const one of waiting.splice(0)) reply(one);
      },
      { timeoutMs: 1000 },
    );
    assert.ok(target.completed > 0);
    assert.deepEqual([target.errors, target.timeouts], [0, 0]);
  });

  test("gives each answer to its own request, whatever breaks in between", async () => {
    const ways = [failures.reset, failures.close, failures.halfBody];
    const { target, came } = await loadOne((id, response) => {
      const fail = id % 5 === 0 ? ways[(id / 5) % ways.length] : undefined;
      if (fail !== undefined) return fail(response);
      setTimeout(() => reply(response, statusOf(id)), id % 4);
    });
    const { id, status } = target.requests;
    id.forEach((one, row) => assert.equal(status[row], one % 5 === 0 ? 0 : statusOf(one)));
    assert.ok(target.errors > 0 && target.completed > 0);
    assert.equal(target.timeouts, 0);
    assert.equal(target.lifetime.sent, came.length);
  });

  for (const [which, answer] of Object.entries(closings(statusOf)))
    test(`loses no request if the service closes a connection after an answer ${which}`, async () => {
      const { target, came } = await loadOne(answer);
      const { id, status } = target.requests;
      id.forEach((one, row) => assert.equal(status[row], statusOf(one)));
      assert.ok(target.completed > 0);
      assert.equal(target.completed, target.intended);
      assert.equal(target.lifetime.completed, came.length);
    });

  test("an answer without a length that breaks off is none, nor is one that comes too late", async () => {
    const { target } = await loadOne(
      (id, { socket }) => {
        socket!.write(`HTTP/1.0 ${statusOf(id)} Some\r\n\r\n{`);
        if (id % 3 === 0) setTimeout(() => socket!.resetAndDestroy(), 5);
        else if (id % 3 === 1) setTimeout(() => socket!.end("}"), 5);
      },
      { timeoutMs: 300 },
    );
    const { id, status } = target.requests;
    id.forEach((one, row) => assert.ok(status[row] === 0 || one % 3 === 1));
    assert.ok(target.errors > 0 && target.timeouts > 0);
  });

  test("counts what has no answer in time, and goes on", async () => {
    const { target, came } = await loadOne(
      (id, response) => (id % 50 === 0 ? failures.never() : reply(response, statusOf(id))),
      { timeoutMs: 60 },
    );
    const { id, status } = target.requests;
    id.forEach((one, row) => {
      if (one % 50 === 0 || status[row] !== 0) assert.equal(status[row], one % 50 === 0 ? 0 : statusOf(one));
    });
    assert.equal(target.errors, 0);
    assert.equal(target.timeouts, status.filter((one) => one === 0).length);
    assert.equal(target.lifetime.sent, came.length);
  });

  test("waits for the answers that are still out when the window ends", async () => {
    const { target, came } = await loadOne((_, response) => void setTimeout(() => reply(response), 40));
    assert.deepEqual([target.errors, target.timeouts, target.unfinished], [0, 0, 0]);
    assert.equal(target.lifetime.completed, came.length);
  });

  test("has timed-out requests, and none unfinished, if nothing is ever answered", async () => {
    const { target } = await loadOne(failures.never, { timeoutMs: 80 });
    assert.ok(target.timeouts > 0);
    assert.deepEqual([target.completed, target.errors, target.skipped], [0, 0, 0]);
  });

  test("fails with the reason if the target does not listen", async () => {
    const gone = await startService((_, response) => reply(response));
    await gone[Symbol.asyncDispose]();
    const job = jobFor([gone], { driver: "autocannon", connections: 2, durationMs: 30_000 });
    await assert.rejects(runClosedLoop(job, new EventLog()), /could not open 2 connections .*ECONNREFUSED/);
  });

  test("takes one target only", async () => {
    const targets = [{ origin: "http://127.0.0.1:1" }, { origin: "http://127.0.0.1:2" }];
    await assert.rejects(runClosedLoop(jobFor(targets), new EventLog()), /one target at a time; got 2/);
  });
});
