import assert from "node:assert/strict";
import type { ServerResponse } from "node:http";
import { suite, test } from "node:test";
import hdr from "hdr-histogram-js";
import type { LoadJob } from "../job.ts";
import { runOpenLoop } from "./open-loop.ts";
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
  type Service,
} from "./service.fixture.ts";

const loadOne = (answer: Answer, more: Partial<LoadJob> = {}) => loadUnder(runOpenLoop, answer, more);

const right: Answer = (_, response, request) => reply(response, request.method === "POST" ? 402 : 200);

suite("the open loop", { concurrency: 2 }, () => {
  test("gives every target the same requests, and accounts for each", async () => {
    const services: Service[] = [await startService(right), await startService(right), await startService(right)];
    const events = new EventLog();
    const targets = await runOpenLoop(jobFor(services), events);
    assert.deepEqual(events.seen, ["warm", "window-open", "window-closed"]);
    for (const [index, target] of targets.entries()) {
      assertConserved(target);
      assert.equal(target.target, `target ${index}`);
      assert.deepEqual([target.intended, target.sent, target.completed, target.unexpected], [50, 50, 50, 0]);
      assert.deepEqual(target.lifetime, { sent: 50, completed: 50, unfinished: 0 });
      assert.deepEqual(
        services[index]!.came.toSorted((a, b) => a - b),
        Array.from({ length: 50 }, (_, id) => id + 1),
      );
      assert.deepEqual(target.requests.template, targets[0]!.requests.template);
      assert.equal(target.expectedFailures, target.requests.template.filter((template) => template === 1).length);
      assert.equal(hdr.decodeFromCompressedBase64(target.latenessUs).totalCount, 50);
      assert.equal(target.windowServiceMs.length, 10);
      assert.ok(target.bytesReceived! > 50 * "HTTP/1.1 200 OK".length);
      await services[index]![Symbol.asyncDispose]();
    }
  });

  test("has no request under way when the window opens, however long it warmed up", async () => {
    for (const warm of [{ warmupMs: 300 }, { warmupMs: 300, warmsUpAtRate: true }]) {
      const { target } = await loadOne((_, response) => void setTimeout(() => reply(response), 20), warm);
      assert.ok(target.lifetime.completed > target.completed);
      assert.deepEqual([target.completed, target.carriedOver], [50, 0]);
    }
  });

  test("sends on while the service stalls, and the stall shows in every request that was meant for its time", async () => {
    const held: ServerResponse[] = [];
    const [first, last] = [20, 50];
    const { target } = await loadOne((id, response) => {
      if (id < first || id > last) return reply(response);
      held.push(response);
      // a driver that waited for answers would never send the last one
      if (id === last) for (const waiting of held.splice(0)) reply(waiting);
    });
    const { id, intendedUs, responseTimeUs } = target.requests;
    const releaseUs = intendedUs[id.indexOf(last)]!;
    let shown = 0;
    for (let row = id.indexOf(first); row < id.indexOf(last); row++) {
      assert.ok(responseTimeUs[row]! >= releaseUs - intendedUs[row]!);
      shown++;
    }
    assert.equal(shown, last - first);
    assert.deepEqual([target.intended, target.completed], [50, 50]);
  });

  test("keeps what finds every connection taken, and its wait is in its response time alone", async () => {
    const held: ServerResponse[] = [];
    let stalled = true;
    const release = (): void => {
      stalled = false;
      for (const response of held) reply(response);
    };
    const { target, came } = await loadOne(
      (id, response) => {
        if (id < 30 || !stalled) return reply(response);
        if (held.push(response) === 2) setTimeout(release, 60);
      },
      { connections: 2 },
    );
    assert.deepEqual([target.intended, target.completed, target.skipped], [50, 50, 0]);
    assert.deepEqual(
      came.slice(30),
      came.slice(30).toSorted((a, b) => a - b),
    );
    const [response, service] = [target.responseTimeUs, target.serviceTimeUs].map((text) =>
      hdr.decodeFromCompressedBase64(text),
    );
    assert.ok(response!.mean > service!.mean);
  });

  for (const [name, fail] of Object.entries(failures).filter(([name]) => name !== "never")) {
    test(`counts as errors what the service breaks off (${name}), and goes on`, async () => {
      const { target, came } = await loadOne((id, response, request) =>
        id % 3 === 0 ? fail(response) : right(id, response, request),
      );
      assert.deepEqual([target.errors, target.completed, target.unexpected], [16, 34, 0]);
      assert.equal(came.length, target.lifetime.sent);
    });
  }

  for (const [which, answer] of Object.entries(closings(() => 200)))
    test(`loses no request if the service closes a connection after an answer ${which}`, async () => {
      const { target, came } = await loadOne(answer, { connections: 4 });
      assert.deepEqual([target.completed, came.length], [50, 50]);
    });

  test("counts what has no answer in time, drops its connection, and goes on", async () => {
    const silent = [12, 13];
    const { target, came } = await loadOne(
      (id, response) => (silent.includes(id) ? failures.never() : reply(response)),
      // both connections are taken by what is never answered, until they are dropped: long before the window ends
      { timeoutMs: 1000, connections: 2, ratePerSecond: 20, durationMs: 3000 },
    );
    const { id, status } = target.requests;
    for (const one of silent) assert.equal(status[id.indexOf(one)], 0);
    assert.ok(target.timeouts >= silent.length);
    assert.ok(Math.max(...id.filter((_, row) => status[row] === 200)) > Math.max(...silent));
    assert.equal(target.errors, 0);
    assert.equal(came.length, target.lifetime.sent);
  });

  test("ends within the time-out if nothing is ever answered, and distinguishes sent from skipped requests", async () => {
    const { target, came } = await loadOne(failures.never, { timeoutMs: 150, connections: 2 });
    assert.equal(target.completed, 0);
    assert.ok(target.timeouts >= 2 && target.skipped > 0);
    assert.equal(target.sent, target.intended - target.skipped);
    assert.equal(target.lifetime.sent, came.length);
  });

  test("distinguishes unexpected from expected statuses", async () => {
    const { target } = await loadOne((id, response) => reply(response, id % 2 === 0 ? 402 : 200));
    const { template, status, expected } = target.requests;
    template.forEach((index, row) => assert.equal(expected[row], Number([200, 402][index] === status[row])));
    assert.ok(target.unexpected > 0 && target.expectedFailures > 0);
  });

  test("counts every request as an error if nothing listens", async () => {
    const gone = await startService(right);
    await gone[Symbol.asyncDispose]();
    const [target] = await runOpenLoop(jobFor([gone]), new EventLog());
    assertConserved(target!);
    assert.deepEqual([target!.intended, target!.errors, target!.sent], [50, 50, 0]);
  });

  test("warms all targets up with the same requests as fast as they answer, and opens the window on request", async () => {
    const services = [await startService(right), await startService(right)];
    const events = new EventLog();
    const open = Promise.withResolvers<void>();
    let warmedWith = 0;
    const warm = async (): Promise<void> => {
      warmedWith = services[0]!.came.length;
      setImmediate(open.resolve);
      await open.promise;
    };
    const job = jobFor(services, { warmupMs: 100, durationMs: 20 });
    const targets = await runOpenLoop(job, Object.assign(events, { warm }));
    assert.deepEqual(events.seen, ["window-open", "window-closed"]);
    assert.ok(warmedWith > 0);
    for (const [index, { came }] of services.entries()) {
      assert.deepEqual(targets[index]!.lifetime, { sent: warmedWith + 4, completed: warmedWith + 4, unfinished: 0 });
      assert.deepEqual(came.slice(-4), [1, 2, 3, 4]);
      assert.deepEqual(new Set(came), new Set(services[0]!.came));
      assertConserved(targets[index]!);
      await services[index]![Symbol.asyncDispose]();
    }
  });

  test("never has more requests under way in the warm-up than saturate a service, however fast it goes", async () => {
    let [underWay, most] = [0, 0];
    await loadOne(
      (id, response, request) => {
        most = Math.max(most, ++underWay);
        setImmediate(() => {
          underWay--;
          right(id, response, request);
        });
      },
      { warmupMs: 100, durationMs: 20, ratePerSecond: 50 },
    );
    assert.ok(most <= 16, String(most));
  });

  test("gives up a warm-up that is never answered", async () => {
    let silent = true;
    const { target } = await loadOne(
      (id, response, request) => {
        if (!silent) return right(id, response, request);
        setTimeout(() => (silent = false), 30);
      },
      { warmupMs: 50, durationMs: 20, timeoutMs: 100 },
    );
    assert.equal(target.completed, 4);
  });

  test("counts them too if they waited for a connection that cannot be opened", async () => {
    const gone = await startService(right);
    await gone[Symbol.asyncDispose]();
    const [target] = await runOpenLoop(jobFor([gone], { connections: 1, ratePerSecond: 5000 }), new EventLog());
    assertConserved(target!);
    assert.deepEqual([target!.errors, target!.sent], [target!.intended, 0]);
  });

  test("runs a window without warm-up, and one in which nothing is due", async () => {
    const { target } = await loadOne(right, { durationMs: 20 });
    assert.deepEqual([target.intended, target.lifetime.sent], [4, 4]);
    const { target: empty } = await loadOne(right, { arrivals: "poisson", ratePerSecond: 0.001, durationMs: 20 });
    assert.deepEqual([empty.intended, empty.requests.id.length], [0, 0]);
  });
});
