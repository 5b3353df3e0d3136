import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { binomialInterval } from "../../estimate/statistics/proportion.ts";
import { expectedRange } from "../gates/expected-range.ts";
import { requestsToSettle, shareVerdict } from "./sampler-check.ts";

const CONFIDENCE = 0.999;
const share = fc.double({ min: 0.001, max: 0.999, noNaN: true });
const requests = fc.integer({ min: 1, max: 1500 });

test("a sampler is wrong just if the exact interval of what it kept excludes what was asked", () => {
  const law = fc.property(share, requests, fc.nat(1500), (asked, sent, seed) => {
    const kept = seed % (sent + 1);
    const { low, high } = binomialInterval(kept, sent, CONFIDENCE);
    // rounding decides at the very edge
    fc.pre(Math.abs(asked - low) > 1e-9 && Math.abs(asked - high) > 1e-9);
    assert.equal(shareVerdict(kept, sent, asked).word === "wrong", asked < low || asked > high);
  });
  fc.assert(law, { numRuns: 1000 });
});

test("it is ok only if one that keeps nothing, and one that keeps everything, would have been wrong", () => {
  const law = fc.property(share, requests, (asked, sent) => {
    const words = (kept: number): string => shareVerdict(kept, sent, asked).word;
    const usual = words(Math.round(asked * sent));
    assert.equal(usual, words(0) === "wrong" && words(sent) === "wrong" ? "ok" : "unknown");
    assert.equal(usual === "ok", sent >= requestsToSettle(asked));
  });
  fc.assert(law, { numRuns: 1000 });
});

test("what is unknown names the number of requests that settles it, and what is expected lies in the range", () => {
  const law = fc.property(share, requests, (asked, sent) => {
    const [low, high] = expectedRange(asked, sent);
    assert.ok(low <= asked * sent + 1 && high >= asked * sent - 1 && low <= high, `${low} to ${high}`);
    const { word, text } = shareVerdict(low, sent, asked);
    if (word === "unknown") assert.match(text, new RegExp(`\\b${requestsToSettle(asked)} requests`));
  });
  fc.assert(law);
});

test("a sampler that is to keep nothing, or everything, is settled by one request", () => {
  for (const [asked, right] of [
    [0, 0],
    [1, 5],
  ] as const)
    for (const kept of [0, 3, 5]) assert.equal(shareVerdict(kept, 5, asked).word, kept === right ? "ok" : "wrong");
});

test("too few are not laid to a sampler if the queue may have lost the others, and too many are", () => {
  assert.equal(shareVerdict(0, 200, 0.5, true).word, "unknown");
  assert.equal(shareVerdict(200, 200, 0.5, true).word, "wrong");
});
