import assert from "node:assert/strict";
import { fork, type ChildProcess } from "node:child_process";
import { describe, it } from "node:test";
import { siblingModule } from "../base/sibling.ts";
import { post } from "./receiver.fixture.ts";
import type { FromSink, ToSink } from "./protocol.ts";
import { expectedRows, protobufOf, rowsOf, someSpans } from "./spans.fixture.ts";

const PROCESS = siblingModule(import.meta.url, "./process");

type Question<M = ToSink> = M extends { readonly id: number } ? Omit<M, "id"> : never;

class SinkProcess {
  readonly child: ChildProcess = fork(PROCESS, { serialization: "advanced" });
  readonly ended = new Promise<number | null>((resolve) => this.child.once("exit", resolve));
  #lastId = 0;

  ready(): Promise<unknown> {
    return new Promise((resolve) => this.child.once("message", resolve));
  }

  ask(question: Question): Promise<FromSink> {
    const id = ++this.#lastId;
    return new Promise((resolve) => {
      const listener = (answer: FromSink): void => {
        if (!("id" in answer) || answer.id !== id) return;
        this.child.off("message", listener);
        resolve(answer);
      };
      this.child.on("message", listener);
      this.child.send({ id, ...question });
    });
  }
}

describe("the sink's process", () => {
  const spans = someSpans(50);
  const ids = Buffer.concat(spans.map((span) => Buffer.from(span.spanContext().spanId, "hex"))).toString("base64");
  const receiver = (id: string): Question => ({
    type: "open",
    receiver: { id, condition: "healthy", seed: 1 },
  });

  it("serves several receivers, each with received of its own, and gives them up at close", async () => {
    const sink = new SinkProcess();
    assert.deepEqual(await sink.ready(), { type: "ready" });
    const opened = [await sink.ask(receiver("a")), await sink.ask(receiver("b"))].map((answer) => {
      assert.ok(answer.type === "opened");
      return answer.endpoints;
    });
    await post(opened[0]!.otlpHttp, protobufOf(spans));
    await post(opened[1]!.otlpHttp, protobufOf(spans.slice(0, 10)));
    assert.deepEqual(await sink.ask({ type: "window-open", receiver: "a" }), { id: 3, type: "ok" });
    assert.deepEqual(await sink.ask({ type: "arrived", receiver: "b", spanIds: ids }), {
      id: 4,
      type: "arrived",
      count: 10,
    });
    const [a, b] = [await sink.ask({ type: "close", receiver: "a" }), await sink.ask({ type: "close", receiver: "b" })];
    assert.ok(a.type === "closed" && b.type === "closed");
    assert.deepEqual([a.counts.received, b.counts.received, b.spans.spanId.length], [50, 10, 10]);
    assert.deepEqual(rowsOf(a.spans), expectedRows(spans));
    assert.equal((await post(opened[0]!.otlpHttp, protobufOf(spans))).status, 0);
    sink.child.disconnect();
    assert.equal(await sink.ended, 0);
  });

  it("counts for the next trial from its turn on, on the same ports", async () => {
    const sink = new SinkProcess();
    await sink.ready();
    const opened = await sink.ask(receiver("a"));
    assert.ok(opened.type === "opened");
    const { otlpHttp } = opened.endpoints;
    await post(otlpHttp, protobufOf(spans.slice(0, 30)));
    const first = await sink.ask({ type: "turn", receiver: "a", next: "b" });
    await post(otlpHttp, protobufOf(spans.slice(20)));
    const second = await sink.ask({ type: "close", receiver: "b" });
    assert.ok(first.type === "closed" && second.type === "closed");
    assert.deepEqual([first.counts.received, second.counts.received, second.counts.duplicates], [30, 30, 0]);
    assert.deepEqual(rowsOf(first.spans), expectedRows(spans.slice(0, 30)));
    assert.deepEqual(rowsOf(second.spans), expectedRows(spans.slice(20)));
    assert.equal((await sink.ask({ type: "close", receiver: "a" })).type, "failed");
    sink.child.disconnect();
    await sink.ended;
  });

  it("answers what it cannot do with the reason", async () => {
    const sink = new SinkProcess();
    await sink.ready();
    const failure = async (question: Question): Promise<string> => {
      const answer = await sink.ask(question);
      assert.ok(answer.type === "failed");
      return answer.message;
    };
    assert.match(await failure({ type: "close", receiver: "a" }), /no open receiver "a"/);
    assert.match(
      await failure({ type: "open", receiver: { id: "a", condition: "helthy", seed: 1 } }),
      /did you mean "healthy"/,
    );
    await sink.ask(receiver("a"));
    assert.match(await failure(receiver("a")), /open already/);
    assert.match(await failure({ type: "dance" } as unknown as Question), /no message "dance"/);
    sink.child.disconnect();
    await sink.ended;
  });

  it("ends when its parent goes, with requests on their way", async () => {
    const sink = new SinkProcess();
    await sink.ready();
    const answer = await sink.ask({
      type: "open",
      receiver: { id: "a", condition: "hang", seed: 1 },
    });
    assert.ok(answer.type === "opened");
    const hanging = post(answer.endpoints.otlpHttp, protobufOf(spans));
    await new Promise((resolve) => setTimeout(resolve, 50));
    sink.child.disconnect();
    assert.equal(await sink.ended, 0);
    assert.equal((await hanging).status, 0);
  });
});
