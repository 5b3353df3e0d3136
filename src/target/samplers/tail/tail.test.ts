import assert from "node:assert/strict";
import { test } from "node:test";
import { seededRandom } from "../../../base/random.ts";
import { believable, failed, remote, startService, type Service } from "../samplers.fixture.ts";

const T0 = 1_700_000_000_000;
interface Journey {
  readonly fails: boolean;
  readonly durationMs: number;
}

/** A root with two children, the second fails if the journey does. Returns its trace id. */
function travel(service: Service, { fails, durationMs }: Journey): string {
  const root = service.start("root", undefined, {}, T0);
  const first = service.start("first", root.context, {}, T0);
  const second = service.start("second", root.context, {}, T0);
  first.span.end(T0 + 1);
  if (fails) second.span.setStatus(failed);
  second.span.end(T0 + 2);
  root.span.end(T0 + durationMs);
  return root.span.spanContext().traceId;
}

function keptTraces(service: Service): Map<string, number> {
  const spans = new Map<string, number>();
  for (const span of service.kept()) {
    const { traceId } = span.spanContext();
    spans.set(traceId, (spans.get(traceId) ?? 0) + 1);
  }
  return spans;
}

test("keeps every failed and every slow trace, whole, and no other", async () => {
  await using service = await startService("tail:errors,slow=250ms");
  const random = seededRandom(7);
  const wanted = new Set<string>();
  for (let index = 0; index < 2000; index++) {
    const journey = { fails: random() < 0.1, durationMs: random() < 0.1 ? 250 + 100 * random() : 249 * random() };
    const traceId = travel(service, journey);
    if (journey.fails || journey.durationMs >= 250) wanted.add(traceId);
  }
  const kept = keptTraces(service);
  assert.deepEqual(new Set(kept.keys()), wanted);
  assert.ok([...kept.values()].every((spans) => spans === 3));
  assert.equal(service.rejected.spans, 3 * (2000 - wanted.size));
  assert.equal(service.evicted.spans, 0);
});

test("of the others it keeps the ratio, the same traces that probability sampling would keep", async () => {
  await using service = await startService("tail:ratio=0.1", { seed: 3 });
  await using head = await startService("probability:0.1", { seed: 3 });
  for (let index = 0; index < 3000; index++) {
    travel(service, { fails: false, durationMs: 5 });
    travel(head, { fails: false, durationMs: 5 });
  }
  const kept = keptTraces(service);
  const [low, high] = believable(3000, 0.1);
  assert.ok(kept.size >= low && kept.size <= high);
  assert.deepEqual(new Set(kept.keys()), new Set(keptTraces(head).keys()));
});

test("a root below a parent in another process is a local root, and decides", async () => {
  await using caller = await startService("always_on");
  await using service = await startService("tail:errors");
  const incoming = remote(caller.start("call").span);
  const served = service.start("serve", incoming);
  const child = service.start("child", served.context);
  child.span.setStatus(failed).end();
  assert.equal(service.kept().length, 0);
  served.span.end();
  assert.equal(service.kept().length, 2);
});

test("a span that ends after its root follows the verdict", async () => {
  await using service = await startService("tail:errors");
  for (const fails of [true, false]) {
    const root = service.start("root");
    const late = service.start("late", root.context);
    if (fails) root.span.setStatus(failed);
    root.span.end();
    late.span.end();
  }
  assert.equal(service.kept().length, 2);
  assert.equal(service.rejected.spans, 2);
});

test("two calls into one trace at once are decided together, when the last has ended", async () => {
  await using caller = await startService("always_on");
  await using service = await startService("tail:errors");
  const incoming = remote(caller.start("call").span);
  const [first, second] = [service.start("serve", incoming), service.start("serve", incoming)];
  first.span.end();
  assert.equal(service.kept().length, 0);
  second.span.setStatus(failed).end();
  assert.equal(service.kept().length, 2);
});

test("a full buffer evicts the oldest undecided trace as a whole", async () => {
  await using service = await startService("tail:errors,buffer=10");
  const old = service.start("old");
  for (let index = 0; index < 6; index++) service.start("child", old.context).span.setStatus(failed).end();
  const young = service.start("young");
  for (let index = 0; index < 6; index++) service.start("child", young.context).span.end();
  assert.equal(service.evicted.spans, 6);
  young.span.setStatus(failed).end();
  old.span.setStatus(failed).end();
  assert.equal(service.evicted.spans, 7);
  assert.deepEqual([...keptTraces(service).values()], [7]);
});

test("the buffer bounds traces that hold no span yet, too", async () => {
  await using service = await startService("tail:errors,buffer=100");
  const roots = Array.from({ length: 1000 }, () => service.start("root"));
  for (const { span } of roots) span.setStatus(failed).end();
  assert.equal(service.kept().length, 100);
  assert.equal(service.evicted.spans, 900);
});

test("what is undecided at shutdown counts as evicted", async () => {
  const service = await startService("tail:errors");
  const root = service.start("root");
  service.start("child", root.context).span.setStatus(failed).end();
  await service.shutdown();
  assert.equal(service.evicted.spans, 1);
  assert.equal(service.kept().length, 0);
});
