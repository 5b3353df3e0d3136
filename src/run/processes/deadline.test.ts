import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Deadline } from "./deadline.ts";
import { SinkProcess } from "./sink-process.ts";

const ask = (question: string) => ({ who: "the service", pid: process.pid, question });
const never = new Promise<never>(() => undefined);

test("all that waits at the end of a stage fails at once, and so does what is asked after it", async () => {
  const deadline = new Deadline(100);
  deadline.begin("start", 0);
  const first = deadline.wait(ask("first"), never);
  const second = deadline.wait(ask("second"), never);
  const reason =
    /the service did not answer the harness's "first", "second" within 100ms from the beginning of its start/;
  await Promise.all([assert.rejects(first, reason), assert.rejects(second, reason)]);
  await assert.rejects(deadline.wait(ask("third"), Promise.resolve(1)), reason);
});

test("if nothing waits when the time is over, the next question is late", async () => {
  const deadline = new Deadline(10);
  deadline.begin("start", 0);
  await sleep(50);
  await assert.rejects(deadline.wait(ask("next"), never), /"next" within 10ms/);
});

test("a stage that is late because of its load names what to do", async () => {
  const deadline = new Deadline(0);
  deadline.begin("window", 10, { fix: "lower --rate" });
  await assert.rejects(deadline.wait(ask("flush"), never), /overloaded \(lower --rate\)/);
});

test("a new stage has time of its own, and without a stage there is no limit", async () => {
  const deadline = new Deadline(200);
  deadline.begin("start", 200);
  await sleep(100);
  deadline.begin("window", 300);
  assert.equal(await deadline.wait(ask("slow"), sleep(400, "answer")), "answer");
  deadline.end();
  assert.equal(await deadline.wait(ask("slow"), sleep(600, "answer")), "answer");
});

test("what a stage took beyond its plan is not allowed to the next one, but to the next trial", async () => {
  const deadline = new Deadline(300);
  deadline.begin("start", 0);
  await sleep(200);
  deadline.begin("window", 0);
  await assert.rejects(deadline.wait(ask("slow"), sleep(250, "answer")), /within (\d|[1-9]\d|100)ms from/);
  deadline.end();
  deadline.begin("start", 0);
  assert.equal(await deadline.wait(ask("slow"), sleep(150, "answer")), "answer");
});

test("a sink that is stopped is late, and can be ended", async () => {
  const deadline = new Deadline(500);
  const sink = new SinkProcess(undefined, deadline);
  await sink.ready;
  process.kill(sink.child.pid, "SIGSTOP");
  deadline.begin("start", 0);
  const receiver = { id: "one", condition: "healthy", seed: 1 };
  await assert.rejects(sink.open(receiver), /the sink did not answer .* within .* stopped/);
  assert.deepEqual(deadline.late?.pids, [sink.child.pid]);
  await sink.child.stop();
});
