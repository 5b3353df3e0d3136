import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { startService } from "../../load/drivers/service.fixture.ts";
import { ControlFailure } from "./control-failure.ts";
import { findRunning } from "./running-service.ts";

const request = { method: "GET", path: "/", headers: [], body: Buffer.alloc(0) };
const forEver = new AbortController().signal;
const isInterrupted = (error: Error): boolean => error.message === "interrupted" && !(error instanceof ControlFailure);
const skip = process.platform !== "linux" && "other systems queue connections differently";

/** A port whose queue of connections is full: it accepts none, and refuses none. */
async function withFullPort(use: (origin: string) => Promise<void>): Promise<void> {
  const listen = `.listen({ port: 0, host: "127.0.0.1", backlog: 1 }, () => {
    require("node:fs").writeSync(1, String(server.address().port));
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  })`;
  const script = `const server = require("node:net").createServer()${listen}`;
  const child = spawn(process.execPath, ["-e", script], { stdio: ["ignore", "pipe", "inherit"] });
  const [port] = (await once(child.stdout, "data")) as [Buffer];
  const queued = Array.from({ length: 4 }, () => connect(Number(port), "127.0.0.1").on("error", () => undefined));
  try {
    await Promise.all(queued.slice(0, 2).map((socket) => once(socket, "connect")));
    await use(`http://127.0.0.1:${Number(port)}`);
  } finally {
    for (const socket of queued) socket.destroy();
    child.kill("SIGKILL");
  }
}

test("a service that accepts no connection in time is the user's to start", { skip }, () =>
  withFullPort((origin) => assert.rejects(findRunning(origin, { signal: forEver }, 100), ControlFailure)),
);

test("an interruption ends the wait for a connection", { skip }, () =>
  withFullPort(async (origin) => {
    const interruption = new AbortController();
    const found = findRunning(origin, { signal: interruption.signal });
    await Promise.all([assert.rejects(found, isInterrupted), sleep(50).then(() => interruption.abort())]);
  }),
);

test("an interruption ends the wait for the first answer", async () => {
  const interruption = new AbortController();
  // it never answers
  await using service = await startService(() => interruption.abort());
  const firstRequest = { request, expect: [200] };
  await assert.rejects(findRunning(service.origin, { signal: interruption.signal, firstRequest }), isInterrupted);
});
