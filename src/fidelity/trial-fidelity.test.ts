import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { callerSpanId } from "../base/caller.ts";
import { seededRandom, shuffled } from "../base/random.ts";
import { fidelitySchema, type Estimated } from "../record/fidelity.ts";
import { evidenceOf, usualSpans, type FixtureRequest, type FixtureSpan } from "./evidence.fixture.ts";
import { spansPerRequest } from "./metrics.ts";
import { trialFidelity } from "./trial-fidelity.ts";

/** 1,000 requests: 4 % to a rare route, 5 % declined, latencies from 1 to 1,000 ms. */
const REQUESTS = Array.from({ length: 1000 }, (_, index): FixtureRequest => {
  const isDeclined = index % 20 === 0;
  return {
    route: index % 25 === 1 ? "GET /rare" : index % 2 === 0 ? "POST /orders" : "GET /orders",
    class: isDeclined ? "declined" : "ordinary",
    status: isDeclined ? 503 : 200,
    latencyUs: 1000 * (1 + ((index * 7) % 1000)),
    atMs: index * 10,
  };
});

test("keeping everything has recall 1 everywhere and no error of estimation", () => {
  const fidelity = trialFidelity(evidenceOf(REQUESTS, usualSpans(REQUESTS)), { inclusion: 1 });
  const recalls = [fidelity.errors, fidelity.tail, fidelity.rare];
  for (const { offered, kept } of recalls) assert.equal(kept, offered);
  assert.deepEqual(
    [fidelity.requests, fidelity.errors.offered, fidelity.rare.offered, fidelity.traces.whole],
    [1000, 50, 40, 1000],
  );
  for (const { truth, estimate, low, high } of Object.values<Estimated>(fidelity.all)) {
    assert.deepEqual([estimate, low, high], [truth, truth, truth]);
  }
  assert.deepEqual(fidelity.spans, { arrived: 2050, orphans: 0, violations: 0 });
  assert.deepEqual(Object.keys(fidelity.edges.counts).toSorted(), ["gateway>order", "order>payment"]);
});

test("counts the failures and the slowest 1 % that were kept", () => {
  const isKept = (index: number): boolean => index % 40 === 0 || REQUESTS[index]!.latencyUs > 970_000;
  const spans = usualSpans(REQUESTS).filter(({ request }) => isKept(request));
  const fidelity = trialFidelity(evidenceOf(REQUESTS, spans));
  const failed = REQUESTS.filter((request, index) => request.class === "declined" && isKept(index)).length;
  assert.deepEqual(fidelity.errors, { offered: 50, kept: failed });
  assert.equal(fidelity.tail.kept, fidelity.tail.offered);
});

test("an answer of 5xx is a failure, one of 4xx only if its template says so", () => {
  const requests: FixtureRequest[] = [
    { route: "/", latencyUs: 1, status: 500 },
    { route: "/", latencyUs: 1, status: 402, fails: true },
    { route: "/", latencyUs: 1, status: 404 },
    { route: "/", latencyUs: 1, status: 200 },
  ];
  const fidelity = trialFidelity(evidenceOf(requests, usualSpans(requests)));
  assert.deepEqual(fidelity.errors, { offered: 2, kept: 2 });
  assert.equal(fidelity.spanStatus, undefined);
});

test("counts whole traces whose spans disagree with the answer", () => {
  const requests: FixtureRequest[] = [503, 503, 404, 404].map((status) => ({ route: "/", latencyUs: 1, status }));
  const spans = usualSpans(requests).map((span) => ({ ...span, status: span.request % 2 === 0 ? 0 : 2 }));
  const fidelity = trialFidelity(evidenceOf(requests, spans));
  assert.deepEqual(fidelity.spanStatus, { failuresUnmarked: 1, errorsUncounted: 1 });
  assert.deepEqual(fidelity.errors, { offered: 2, kept: 2 });
});

test("figures do not depend on the order in which spans arrived", () => {
  const requests = REQUESTS.slice(0, 120);
  const random = seededRandom(5);
  const spans = usualSpans(requests).filter(() => random() < 0.7);
  const expected = trialFidelity(evidenceOf(requests, spans), { inclusion: 0.7 });
  fc.assert(
    fc.property(fc.nat(), (seed) => {
      const arrived = shuffled(spans, seededRandom(seed));
      assert.deepEqual(trialFidelity(evidenceOf(requests, arrived), { inclusion: 0.7 }), expected);
    }),
    { numRuns: 30 },
  );
});

test("a trace without its root is not kept, and shows as rootless with an orphan that its service should not have kept", () => {
  const spans = usualSpans(REQUESTS.slice(0, 1)).filter(({ id }) => id !== 1);
  const fidelity = trialFidelity(evidenceOf(REQUESTS.slice(0, 1), spans));
  assert.deepEqual(fidelity.traces, { arrived: 1, whole: 0, partial: 0, rootless: 1 });
  assert.deepEqual(fidelity.spans, { arrived: 2, orphans: 1, violations: 1 });
  assert.deepEqual(fidelity.errors, { offered: 1, kept: 0 });
});

test("traces that all lack their root say nothing of the requests", () => {
  const rootless = evidenceOf(
    REQUESTS,
    usualSpans(REQUESTS).filter(({ id }) => id !== 1),
  );
  for (const limits of [{}, { inclusion: 0.5 }]) {
    const { weight, all, traces } = trialFidelity(rootless, limits);
    assert.deepEqual([weight, all.requests.estimate, traces.rootless], ["none", undefined, traces.arrived]);
  }
});

test("a trace that lost a span in its middle counts for estimates, and not as kept", () => {
  const requests = [{ route: "/", class: "declined", status: 503, latencyUs: 5000 }];
  const spans = usualSpans(requests).filter(({ id }) => id !== 2);
  const fidelity = trialFidelity(evidenceOf(requests, spans), { inclusion: 0.5 });
  assert.deepEqual([fidelity.traces.partial, fidelity.errors.kept], [1, 0]);
  assert.equal(fidelity.all.requests.estimate, 2);
});

test("requests without an answer and spans from outside the window do not count", () => {
  const requests = [...REQUESTS.slice(0, 3), { route: "/", latencyUs: 1, status: 0 }];
  const outside = { request: 77, id: 1, parent: 0, service: "gateway", name: "warm-up", kind: 2 };
  const fidelity = trialFidelity(evidenceOf(requests, [...usualSpans(requests), outside]));
  assert.deepEqual([fidelity.requests, fidelity.unanswered, fidelity.traces.arrived], [3, 1, 3]);
});

test("a request whose context was lost has two traces and is kept once", () => {
  const requests = REQUESTS.slice(1, 2);
  const again = usualSpans(requests).map((span) => ({ ...span, trace: 1 }));
  const fidelity = trialFidelity(evidenceOf(requests, [...usualSpans(requests), ...again]), { inclusion: 1 });
  assert.deepEqual([fidelity.traces.arrived, fidelity.tail.kept], [2, 1]);
  assert.equal(fidelity.all.requests.estimate, 1);
});

test("a trace below the request's caller is whole with its first span, and rootless without it", () => {
  const requests = REQUESTS.slice(0, 4);
  const kept = usualSpans(requests).filter(({ request, id }) => request !== 3 || id !== 1);
  const { spans, ...others } = evidenceOf(requests, kept);
  const parentId = BigUint64Array.from(spans.parentId, (id, row) =>
    id === 0n ? callerSpanId(spans.traceIdLow[row]!, row % 2 === 0) : id,
  );
  const fidelity = trialFidelity({ ...others, spans: { ...spans, parentId } });
  assert.deepEqual(fidelity.traces, { arrived: 4, whole: 3, partial: 0, rootless: 1 });
  assert.deepEqual([fidelity.spans.orphans, fidelity.edges], [1, trialFidelity(evidenceOf(requests, kept)).edges]);
  const elsewhere = BigUint64Array.from(parentId, (id) => id ^ 2n);
  assert.equal(trialFidelity({ ...others, spans: { ...spans, parentId: elsewhere } }).traces.whole, 0);
});

test("weighs by the traces' own adjusted counts if the sampler has no probability for all", () => {
  const weighted = usualSpans(REQUESTS)
    .filter(({ request }) => request % 4 === 0)
    .map((span) => ({ ...span, adjustedCount: 4 }));
  const fidelity = trialFidelity(evidenceOf(REQUESTS, weighted));
  assert.deepEqual([fidelity.weight, fidelity.all.requests.estimate], ["adjusted count", 1000]);
});

test("has no valid weight if a single trace lacks its own, and takes the kept traces for all", () => {
  const spans = usualSpans(REQUESTS)
    .filter(({ request }) => request % 4 === 0)
    .map((span) => ({ ...span, ...(span.request > 0 && { adjustedCount: 4 }) }));
  const fidelity = trialFidelity(evidenceOf(REQUESTS, spans));
  assert.deepEqual([fidelity.weight, fidelity.all.requests.low], ["none", undefined]);
  assert.deepEqual([fidelity.all.requests.estimate, fidelity.all.errorRate.estimate], [250, 0.2]);
});

test("measures how long an incident went unseen", () => {
  const requests = REQUESTS.map((request) => ({ ...request, latencyUs: 2000 }));
  const spans = usualSpans(requests).filter(({ request }) => request >= 700);
  const incident = { atMs: 5000, route: "POST /orders", class: "declined" };
  const { incident: seen } = trialFidelity(evidenceOf(requests, spans), { incident });
  assert.deepEqual(seen, { offered: 25, kept: 15, firstKeptMs: 2002 });
  const unseen = trialFidelity(evidenceOf(requests, []), { incident }).incident;
  assert.deepEqual(unseen, { offered: 25, kept: 0 });
});

test("what is stored of a trial fits its schema and a few kB, however many routes and shapes there are", () => {
  const requests = Array.from({ length: 2000 }, (_, index) => ({
    route: `GET /items/${index % 300}`,
    class: `class-${index % 12}`,
    latencyUs: 1000 + index,
  }));
  const spans = usualSpans(requests).map((span) => ({ ...span, name: `${span.name} ${span.request % 700}` }));
  const fidelity = trialFidelity(evidenceOf(requests, spans), { inclusion: 1 });
  assert.ok(fidelitySchema.safeParse(fidelity).success);
  assert.ok(JSON.stringify(fidelity).length < 12_000, `${JSON.stringify(fidelity).length} bytes`);
  assert.ok(fidelity.shapes.omitted > 0);
});

test("spans per request count the spans of the window that name no request, and those of the start not", () => {
  const requests = REQUESTS.slice(0, 100);
  const unnamed = (request: number, trace: number): FixtureSpan[] => [
    { request, trace, id: 1, parent: 0, service: "order", name: "internal" },
  ];
  const further = requests.flatMap((_, request) => [1, 2, 3].flatMap((trace) => unnamed(request, trace)));
  const atStart = Array.from({ length: 50 }, (_, at) => unnamed(0, 10 + at)).flat();
  const roots = usualSpans(requests).filter(({ id }) => id === 1);
  const openedMs = 1.7e12 + 1;
  const perRequest = (spans: readonly FixtureSpan[]): number | undefined =>
    spansPerRequest(trialFidelity(evidenceOf(requests, spans), { openedMs }));
  assert.equal(perRequest([...roots, ...atStart]), 1);
  assert.equal(perRequest([...roots, ...further, ...atStart]), 4);
  assert.equal(perRequest(further), undefined);
});
