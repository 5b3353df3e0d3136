import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { anatomyOf, MISSING, ROOT, type TraceSpans } from "./trace-anatomy.ts";

/** Each row: parent row, service, name. */
function traceOf(...rows: readonly (readonly [parent: number, service: string, name: string])[]): TraceSpans {
  return {
    parent: rows.map(([parent]) => parent),
    service: rows.map(([, service]) => service),
    name: rows.map(([, , name]) => name),
    kind: rows.map(() => 1),
  };
}

const USUAL = traceOf([ROOT, "a", "get"], [0, "a", "call"], [1, "b", "serve"], [1, "b", "serve"]);

test("a trace with its root and every parent is whole", () => {
  const { whole, orphans, violations, spans, edges } = anatomyOf(USUAL);
  assert.deepEqual(
    { whole, orphans, violations, spans, edges },
    { whole: true, orphans: 0, violations: 0, spans: 4, edges: ["a>b"] },
  );
});

test("repeated calls and the order of spans do not change the shape", () => {
  const once = traceOf([ROOT, "a", "get"], [0, "a", "call"], [1, "b", "serve"]);
  const reversed = traceOf([1, "b", "serve"], [2, "a", "call"], [ROOT, "a", "get"]);
  assert.equal(anatomyOf(once).shape, anatomyOf(USUAL).shape);
  assert.equal(anatomyOf(reversed).shape, anatomyOf(USUAL).shape);
});

test("another operation, service or place in the tree is another shape", () => {
  const others = [
    traceOf([ROOT, "a", "get"], [0, "a", "call"], [1, "b", "refuse"]),
    traceOf([ROOT, "a", "get"], [0, "a", "call"], [1, "c", "serve"]),
    traceOf([ROOT, "a", "get"], [0, "a", "call"], [0, "b", "serve"]),
  ];
  const shapes = new Set([USUAL, ...others].map((trace) => anatomyOf(trace).shape));
  assert.equal(shapes.size, 4);
});

test("what is below a lost span is not whole; the lost span's children are orphans, one of them an entry of its service", () => {
  const { whole, orphans, violations } = anatomyOf(USUAL, Uint8Array.of(1, 0, 1, 0));
  assert.deepEqual({ whole, orphans, violations }, { whole: false, orphans: 1, violations: 1 });
});

test("a lost leaf does not show in links alone", () => {
  assert.equal(anatomyOf(USUAL, Uint8Array.of(1, 1, 1, 0)).whole, true);
});

test("a cycle beside the root is not whole, and a cycle alone has no root", () => {
  const beside = traceOf([ROOT, "a", "get"], [2, "a", "x"], [1, "a", "y"]);
  assert.equal(anatomyOf(beside).whole, false);
  const alone = traceOf([1, "a", "x"], [0, "a", "y"]);
  assert.deepEqual([anatomyOf(alone).whole, anatomyOf(alone).root], [false, undefined]);
});

test("no parent links of any kind break it", () => {
  const links = fc.array(fc.integer({ min: MISSING, max: 11 }), { minLength: 12, maxLength: 12 });
  fc.assert(
    fc.property(links, fc.uint8Array({ minLength: 12, maxLength: 12, max: 1 }), (parent, present) => {
      const trace = traceOf(...parent.map((row): [number, string, string] => [row, `s${row % 3}`, "x"]));
      const { spans, orphans, whole, root } = anatomyOf(trace, present);
      assert.equal(
        spans,
        present.reduce((sum, there) => sum + there, 0),
      );
      assert.ok(orphans <= spans);
      assert.ok(!whole || (root !== undefined && orphans === 0));
    }),
  );
});
