import assert from "node:assert/strict";
import { test } from "node:test";
import { causeText } from "./cause.ts";
import { likelyCauses } from "./likely-causes.ts";
import type { Observation } from "./observation.ts";

const textOf = (listeners: readonly string[], portsCalled: readonly number[]): string =>
  causeText(likelyCauses({ facts: undefined, listeners, portsCalled } as unknown as Observation));

test("of a service into which nothing looks, connections to another port come first, and without any the provider", () => {
  for (const command of ["python app.py", "/srv/shop --port 80"]) {
    assert.match(textOf([command], []), /\(1\) no tracer provider/);
    assert.match(textOf([command], [4318]), /\(1\)[^(]*4318.*\(2\) no tracer provider/);
  }
});

test("a connection to a database is no sign of an export, and a port of exporters is named alone", () => {
  for (const called of [[5432], [6379, 27017]])
    assert.equal(textOf(["python app.py"], called), textOf(["python app.py"], []));
  assert.doesNotMatch(textOf(["python app.py"], [8080, 4317, 5432]), /8080|5432/);
  assert.match(textOf(["python app.py"], [5432, 7070]), /\(1\)[^(]*7070/);
});

test("only Python is named fixes of Python, and only Node those of Node", () => {
  const texts = ["python app.py", "/srv/shop", "node app.js"].map((command) => textOf([command], []));
  assert.deepEqual(
    texts.map((text) => [text.includes("opentelemetry-instrument"), text.includes("--require")]),
    [
      [true, false],
      [false, false],
      [false, true],
    ],
  );
});
