import assert from "node:assert/strict";
import { homedir } from "node:os";
import { test } from "node:test";
import fc from "fast-check";
import { safeText, withSafeTexts } from "./redact.ts";

const secret = fc.stringMatching(/^[A-Za-z0-9+/_.~=;,$!-]{4,20}zQ9x$/);
const around = fc.string({ unit: fc.constantFrom(..." aZ9:=/\\-.,;()[]{}\n\r\t\u001b\u202e\u00e9".split("")) });

/** The ways in which a secret stands in commands, headers, paths, bodies and stack traces. */
const PLACES: readonly ((secret: string) => string)[] = [
  (value) => `node s.js --token=${value}`,
  (value) => `API_KEY=${value} node s.js`,
  (value) => `serve --password ${value} --port 1`,
  (value) => `serve --client-secret "a b ${value}"`,
  (value) => `GET /items?limit=1&access_key=${value}&x=2`,
  (value) => `{"user": "me", "password": "x ${value}"}`,
  (value) => `postgres://me:${value.replaceAll("/", "")}@db:5432/shop`,
  (value) => `Authorization: Digest username="me", response="${value}"`,
  (value) => `curl -H 'cookie: a=1; b=${value}' -H 'accept: text/plain'`,
  (value) => `error: Bearer ${value} was refused`,
];

test("no secret that stands where a rule looks is in the safe text, whatever is around it", () => {
  fc.assert(
    fc.property(around, fc.constantFrom(...PLACES), secret, around, (before, place, value, after) => {
      const text = `${before} ${place(value)} ${after}`;
      assert.ok(!safeText(text).includes("zQ9x"), safeText(text));
    }),
    { numRuns: 3000 },
  );
});

test("a safe text is safe already, and has no control characters but line feeds", () => {
  const texts = fc.tuple(around, fc.constantFrom(...PLACES), secret, around);
  fc.assert(
    fc.property(texts, ([before, place, value, after]) => {
      const safe = safeText(before + place(value) + after);
      assert.equal(safeText(safe), safe);
      // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
      assert.doesNotMatch(safe, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/);
    }),
    { numRuns: 3000 },
  );
});

test("what is no secret stays as it is", () => {
  const texts = [
    "GET /items/:id?limit=10",
    "node dist/server.js --port {port}",
    "ratio:0.1 batch:queue=64",
    "p99 3 ms",
  ];
  assert.deepEqual(withSafeTexts({ texts, count: 3 }), { texts, count: 3 });
});

test("headers are known by their names, and folders by whose home they are", () => {
  const headers = { authorization: "x", Cookie: "y", "x-api-key": "z", accept: "text/plain" };
  assert.deepEqual(Object.values(withSafeTexts(headers)), ["[redacted]", "[redacted]", "[redacted]", "text/plain"]);
  for (const home of [homedir(), "/home/ada", "/Users/ada"])
    assert.equal(safeText(`at f (${home}/app/server.js:1:2)`), "at f ([home]/app/server.js:1:2)");
});
