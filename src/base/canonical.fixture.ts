import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Kind, Registry } from "./registry.ts";

/** The law of every spec string: it has one canonical form, which parses to itself. `texts` must reach every kind. */
export function testCanonicalForms<K extends Kind>(registry: Registry<K>, texts: fc.Arbitrary<string>): void {
  test(`every ${registry.noun} prints back in one canonical form, which parses to itself`, () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(texts, (text) => {
        const first = registry.parse(text);
        const second = registry.parse(first.text);
        assert.equal(second.text, first.text);
        assert.deepEqual(second.config, first.config);
        seen.add(first.kind.name);
      }),
      { numRuns: 2000 },
    );
    assert.deepEqual([...seen].toSorted(), registry.kinds.map(({ name }) => name).toSorted());
  });
}
