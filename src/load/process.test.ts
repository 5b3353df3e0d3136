import assert from "node:assert/strict";
import { fork, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { suite, test } from "node:test";
import { siblingModule } from "../base/sibling.ts";
import { jobFor, reply, startService } from "./drivers/service.fixture.ts";
import type { FromLoad, LoadJob } from "./job.ts";

const PROCESS = siblingModule(import.meta.url, "./process");

function startLoad(): { child: ChildProcess; next: () => Promise<FromLoad> } {
  const child = fork(PROCESS, { serialization: "advanced" });
  const queue: FromLoad[] = [];
  let wake = (): void => undefined;
  child.on("message", (message: FromLoad) => {
    queue.push(message);
    wake();
  });
  const next = async (): Promise<FromLoad> => {
    while (queue.length === 0) await new Promise<void>((resolve) => (wake = resolve));
    return queue.shift()!;
  };
  return { child, next };
}

suite("the load process", { concurrency: 2 }, () => {
  test("runs jobs of both drivers one after another, reports each moment, and ends with its parent", async () => {
    await using service = await startService((_, response) => reply(response));
    const { child, next } = startLoad();
    assert.equal((await next()).type, "ready");
    for (const driver of ["open-loop", "autocannon"] as const) {
      child.send({ type: "run", job: jobFor([service], { driver, connections: 4 }) });
      if (driver === "open-loop") {
        assert.deepEqual(await next(), { type: "warm" });
        child.send({ type: "open" });
      }
      assert.equal((await next()).type, "window-open");
      assert.equal((await next()).type, "window-closed");
      const done = await next();
      assert.ok(done.type === "done");
      assert.ok(done.results[0]!.requests.id instanceof Float64Array);
      assert.equal(done.results[0]!.completed, done.results[0]!.intended);
    }
    child.disconnect();
    assert.deepEqual(await once(child, "exit"), [0, null]);
  });

  test("reports a mistake in one line, and is ready for the next job", async () => {
    const { child, next } = startLoad();
    await next();
    const send = async (more: Partial<LoadJob>): Promise<string> => {
      child.send({ type: "run", job: jobFor([{ origin: "http://127.0.0.1:9" }], more) });
      const answer = await next();
      assert.ok(answer.type === "failed");
      return answer.message;
    };
    assert.match(
      await send({ targets: [{ id: "far", origin: "http://192.0.2.1:80" }] }),
      /^target far: .*loopback only/,
    );
    assert.match(await send({ requests: [] }), /^requests: expected at least one/);
    child.disconnect();
    await once(child, "exit");
  });

  test("fails with the reason, soon, if more connections are asked for than files may be open", async () => {
    await using service = await startService((_, response) => reply(response));
    const command = ["-c", 'ulimit -n 200; exec "$0" "$@"', process.execPath, PROCESS];
    const child = spawn("sh", command, { stdio: ["ignore", "inherit", "inherit", "ipc"], serialization: "advanced" });
    const failed = new Promise<string>((resolve) => {
      child.on("message", (message: FromLoad) => message.type === "failed" && resolve(message.message));
    });
    const job = jobFor([service], { driver: "autocannon", connections: 5000, warmupMs: 60_000 });
    child.send({ type: "run", job });
    assert.match(await failed, /could not open 5000 connections .*EMFILE/);
    child.disconnect();
    assert.deepEqual(await once(child, "exit"), [0, null]);
  });

  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    test(`ends on ${signal} in mid-run`, async () => {
      await using service = await startService((_, response) => reply(response));
      const { child, next } = startLoad();
      await next();
      child.send({ type: "run", job: jobFor([service], { durationMs: 60_000 }) });
      await next();
      child.kill(signal);
      assert.deepEqual(await once(child, "exit"), [null, signal]);
    });
  }

  test("ends in mid-run when its parent goes", async () => {
    await using service = await startService((_, response) => reply(response));
    const { child, next } = startLoad();
    await next();
    child.send({ type: "run", job: jobFor([service], { durationMs: 60_000 }) });
    await next();
    child.disconnect();
    assert.deepEqual(await once(child, "exit"), [0, null]);
  });
});
