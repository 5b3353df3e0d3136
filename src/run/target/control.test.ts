import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { pathToFileURL } from "node:url";
import { after, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { preloadPath } from "../../target/paths.ts";
import { Deadline } from "../processes/deadline.ts";
import { ControlServer, type TargetLine } from "./control.ts";

interface Service {
  readonly control: ControlServer;
  readonly deadline: Deadline;
  readonly line: TargetLine;
  readonly kill: () => void;
  readonly exited: Promise<unknown>;
}

/** A process that runs `program` behind the probe. */
async function startService(program: string): Promise<Service> {
  const deadline = new Deadline(200);
  const control = new ControlServer(deadline);
  await control.listen();
  const options = { control: control.path, service: "shop", peers: {}, sampler: "none" };
  const child = spawn(process.execPath, ["--import", pathToFileURL(preloadPath).href, "-e", program], {
    env: { ...process.env, SPANTOLL_TARGET: JSON.stringify(options) },
    stdio: "ignore",
  });
  after(() => {
    control.close();
    child.kill("SIGKILL");
  });
  const exited = once(child, "exit");
  return { control, deadline, line: await control.connected("shop"), kill: () => void child.kill("SIGKILL"), exited };
}

const BLOCKED = "Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)";

test("a service that goes on answers what it is asked", async () => {
  const { line } = await startService("setInterval(() => {}, 1000)");
  const { usage } = await line.ask({ type: "usage" }, "usage");
  assert.ok(usage.rssBytes > 0);
});

test("a service with a blocked event loop is not waited for: the question fails at the deadline", async () => {
  const { line, deadline } = await startService(BLOCKED);
  deadline.begin("window", 100);
  const reason =
    /shop did not answer the harness's "usage" within 300ms from the beginning of its window: its event loop/;
  await assert.rejects(line.ask({ type: "usage" }, "usage"), reason);
  await assert.rejects(line.ask({ type: "flush" }, "flushed"), /did not answer/);
});

test("a service that ends in the middle of a question fails it", async () => {
  const { line, kill } = await startService(BLOCKED);
  const asked = line.ask({ type: "usage" }, "usage");
  kill();
  await assert.rejects(asked, { message: "shop hung up" });
});

test("a process that ends while the service starts is no part of it: a build step", async () => {
  const { control, line, kill } = await startService("setInterval(() => {}, 1000)");
  assert.deepEqual(control.lines, [line]);
  await ended(line, kill);
  assert.deepEqual(control.lines, []);
});

test("a process that ends when the service is up is missed: its questions fail", async () => {
  const { control, line, kill } = await startService("setInterval(() => {}, 1000)");
  control.ready();
  await ended(line, kill);
  assert.deepEqual(control.lines, [line]);
  await assert.rejects(line.ask({ type: "usage" }, "usage"), { message: "shop hung up" });
});

test("a process that has finished stays until the harness hangs up: the others of its service may end with it", async () => {
  const { control, line, exited } = await startService("setTimeout(() => {}, 1000)");
  await line.ask({ type: "finish", timeoutMs: 1000 }, "finished");
  await sleep(1500);
  await line.ask({ type: "usage" }, "usage");
  control.close();
  await exited;
});

async function ended(line: TargetLine, kill: () => void): Promise<void> {
  kill();
  await assert.rejects(line.listening, { message: "shop hung up" });
}
