/** Spans that were lost on their way: which traces are broken, and whose they are. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Fidelity } from "../record/fidelity.ts";
import { evidenceOf, usualSpans, type FixtureRequest, type FixtureSpan } from "./evidence.fixture.ts";
import { trialFidelity } from "./trial-fidelity.ts";

/** Each request has the spans 1 (root, carries the request's id), 2 (below it) and 3 (below that). */
const REQUESTS = Array.from({ length: 3 }, (): FixtureRequest => {
  return { route: "/", class: "declined", status: 503, latencyUs: 1000 };
});
const SPANS = usualSpans(REQUESTS).map((span) => ({ ...span, kind: span.id === 1 ? 2 : 1 }));

/** The spans `lost` of the first request are lost; the ledger names them, and `doubtful` ones beside them. */
function losing(lost: readonly number[], doubtful: readonly FixtureSpan[] = []): Fidelity {
  const isLost = ({ request, id }: FixtureSpan): boolean => request === 0 && lost.includes(id);
  const named = [...SPANS.filter(isLost), ...doubtful];
  return trialFidelity(
    evidenceOf(
      REQUESTS,
      SPANS.filter((span) => !isLost(span)),
      named,
      lost.length,
    ),
  );
}

test("a trace whose root was lost is joined to its request by the lost root, and is rootless", () => {
  const { traces, spans, errors } = losing([1]);
  assert.deepEqual(traces, { arrived: 3, whole: 2, partial: 0, rootless: 1, unnamedLosses: 0 });
  assert.deepEqual(spans, { arrived: 8, orphans: 1, violations: 0 });
  assert.deepEqual(errors, { offered: 3, kept: 2 });
});

test("a trace that lost a span without children is partial, and is none of the whole ones anywhere", () => {
  const { traces, spans, errors, tail, shapes } = losing([3]);
  assert.deepEqual(traces, { arrived: 3, whole: 2, partial: 1, rootless: 0, unnamedLosses: 0 });
  assert.equal(spans.orphans, 0);
  for (const { offered, kept } of [errors, tail]) assert.deepEqual([offered, kept], [3, 2]);
  assert.deepEqual(Object.values(shapes.counts), [2]);
});

test("a trace without a span that arrived was not kept", () => {
  assert.deepEqual(losing([1, 2, 3]).traces, { arrived: 2, whole: 2, partial: 0, rootless: 0, unnamedLosses: 0 });
});

test("a span of a batch that failed and arrived all the same is not lost", () => {
  const arrived = SPANS.filter(({ request }) => request === 1);
  assert.deepEqual(losing([], arrived).traces, { arrived: 3, whole: 3, partial: 0, rootless: 0, unnamedLosses: 0 });
});

test("a span that several processes name is lost once", () => {
  const leaf = SPANS.filter(({ request, id }) => request === 0 && id === 3);
  assert.deepEqual(losing([3], leaf).traces, { arrived: 3, whole: 2, partial: 1, rootless: 0, unnamedLosses: 0 });
});

test("traces of the warm-up do not count, whatever they lost", () => {
  const [root, below] = SPANS.filter(({ request }) => request === 0).map((span) => ({ ...span, request: 77 }));
  const { traces } = trialFidelity(evidenceOf(REQUESTS, [...SPANS, below!], [root!]));
  assert.deepEqual(traces, { arrived: 3, whole: 3, partial: 0, rootless: 0, unnamedLosses: 0 });
});

test("without a ledger, nothing is reported about lost spans", () => {
  assert.equal(trialFidelity(evidenceOf(REQUESTS, SPANS)).traces.unnamedLosses, undefined);
});

/** A tree of up to eight spans, for each request; 0 for the root, else the number of the parent among the earlier ones. */
const trees = fc.array(
  fc
    .array(fc.nat(100), { minLength: 0, maxLength: 7 })
    .map((links) => [0, ...links.map((link, at) => 1 + (link % (at + 1)))]),
  { minLength: 1, maxLength: 12 },
);
const Fate = { arrived: 0, lost: 1, doubtful: 2, unnamed: 3 } as const;

function spansOf(parents: readonly (readonly number[])[]): FixtureSpan[] {
  return parents.flatMap((tree, request) =>
    tree.map((parent, at): FixtureSpan => {
      return { request, id: at + 1, parent, service: `s${at % 2}`, name: "x", kind: at === 0 ? 2 : 1 };
    }),
  );
}

test("traces are whole, partial or rootless; if all losses have names, whole are exactly those with all their spans", () => {
  const fates = fc.infiniteStream(fc.constantFrom(...Object.values(Fate)));
  fc.assert(
    fc.property(trees, fates, fc.boolean(), (parents, stream, namesAll) => {
      const all = spansOf(parents).map((span) => ({ span, fate: stream.next().value! }));
      const pick = (...wanted: readonly number[]): FixtureSpan[] =>
        all.filter(({ fate }) => wanted.includes(fate)).map(({ span }) => span);
      const arrived = pick(Fate.arrived, Fate.doubtful);
      const named = pick(Fate.lost, Fate.doubtful, ...(namesAll ? [Fate.unnamed] : []));
      const requests = parents.map((): FixtureRequest => ({ route: "/", latencyUs: 1000 }));
      const lost = all.length - arrived.length;
      const { traces, spans } = trialFidelity(evidenceOf(requests, arrived, named, lost));
      const numbers = [...requests.keys()];
      const of = (request: number): FixtureSpan[] => arrived.filter((span) => span.request === request);
      const whole = numbers.filter((request) => of(request).length === parents[request]!.length).length;
      assert.equal(traces.arrived, traces.whole + traces.partial + traces.rootless);
      assert.equal(traces.unnamedLosses, namesAll ? 0 : pick(Fate.unnamed).length);
      assert.ok(traces.whole >= whole);
      if (!namesAll) return;
      assert.equal(traces.whole, whole);
      assert.equal(traces.arrived, numbers.filter((request) => of(request).length > 0).length);
      assert.equal(
        traces.rootless,
        numbers.filter((n) => of(n).length > 0 && !of(n).some(({ id }) => id === 1)).length,
      );
      assert.equal(spans.arrived, arrived.length);
      assert.equal(
        spans.orphans,
        arrived.filter(({ request, parent }) => parent > 0 && !of(request).some(({ id }) => id === parent)).length,
      );
    }),
    { seed: 20261124, numRuns: 300 },
  );
});
