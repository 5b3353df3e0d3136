import assert from "node:assert/strict";
import { test } from "node:test";
import { FLUSH_IN_PYTHON } from "../gates/own-sdk-gates.ts";
import { causesOf, flushFix, likelyCauses } from "./causes.ts";
import { causeText } from "./check-line.ts";
import type { Observation } from "./observation.ts";

const textOf = (listeners: readonly string[], portsCalled: readonly number[]): string =>
  causeText(likelyCauses({ facts: undefined, listeners, portsCalled }));

test("of a service into which nothing looks, connections to a port of exporters come first, and without any the provider", () => {
  for (const command of ["python app.py", "/srv/shop --port 80"]) {
    assert.match(textOf([command], []), /\(1\) no tracer provider/);
    assert.match(textOf([command], [5432, 4318]), /\(1\)[^(]*port 4318.*\(2\) no tracer provider/);
  }
});

test("a connection to a database is no sign of an export, and a port of exporters is named alone", () => {
  for (const called of [[5432], [6379, 27017]])
    assert.equal(textOf(["python app.py"], called), textOf(["python app.py"], []));
  assert.doesNotMatch(textOf(["python app.py"], [8080, 4317, 5432]), /8080|5432/);
  assert.match(textOf(["/srv/shop"], [5432, 7070]), /\(1\)[^(]*port 7070\./);
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

test("a sampler with the ratio 0 is the cause, as Node and as Python describe it", () => {
  for (const sampler of [
    "TraceIdRatioBased{0}",
    "ParentBased{root:TraceIdRatioBased{0.0},remoteParentSampled:AlwaysOnSampler}",
  ]) {
    const seen = {
      facts: {
        isPython: true,
        packages: ["opentelemetry.sdk"],
        provider: "TracerProvider",
        sampler,
        env: {},
        messages: [],
        early: [],
      },
      variant: { processor: { kind: {} } },
      environment: {},
      result: { refusals: [] },
      output: "",
      listeners: ["python app.py"],
      sinkPorts: [4318],
      portsCalled: [],
    } as unknown as Observation;
    assert.match(causeText(causesOf(seen)), /sampler keeps nothing \(.*0.*\)/);
  }
});

test("a variable that leaves requests out is named before the app is said to lack instrumentation", () => {
  const textWith = (environment: Record<string, string>): string =>
    causeText(
      causesOf({
        facts: {
          isPython: true,
          packages: ["opentelemetry.sdk"],
          provider: "TracerProvider",
          processors: [{ endpoint: "http://127.0.0.1:4318/v1/traces" }],
          env: {},
          messages: [],
          early: [],
        },
        variant: { processor: { kind: {} } },
        environment,
        result: { refusals: [] },
        output: "",
        listeners: ["python app.py"],
        sinkPorts: [4318],
        portsCalled: [],
      } as unknown as Observation),
    );
  assert.match(textWith({ OTEL_PYTHON_FASTAPI_EXCLUDED_URLS: "items" }), /OTEL_PYTHON_FASTAPI_EXCLUDED_URLS=items/);
  assert.match(textWith({ OTEL_PYTHON_EXCLUDED_URLS: "" }), /instrument the app/);
});

test("a server of ASGI flushes in its lifespan, also if only its command line names it", () => {
  const facts = { isPython: true, isAsgi: false } as Observation["facts"];
  assert.equal(flushFix({ listeners: ["python3 bin/uvicorn app:app"], facts }), FLUSH_IN_PYTHON.asgi);
  assert.equal(flushFix({ listeners: ["python3 app.py"], facts }), FLUSH_IN_PYTHON.plain);
});
