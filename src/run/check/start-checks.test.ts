import assert from "node:assert/strict";
import { test } from "node:test";
import type { Observation } from "./observation.ts";
import { answersVerdict, startVerdict, type Control } from "./start-checks.ts";

const control = (baseline: object, traced: object): Control => {
  const [one, other] = [["none", baseline] as const, ["always_on", traced] as const].map(
    ([id, more]) => ({ variant: { id }, unexpected: [], ...more }) as unknown as Observation,
  );
  return { ownSdk: true, noneCommand: undefined, baseline: one, traced: other };
};

test("the requests of each start are named in one place, and add up", () => {
  const { word, text } = answersVerdict(control({ sent: 20 }, { sent: 40 }));
  assert.deepEqual([word, [...text.matchAll(/\d+/g)].map(Number)], ["ok", [60, 20, 40]]);
});

test("a start that fails is named with its fix", () => {
  const failure = new Error("it listens at port 3000: have it take its port from PORT");
  const { word, text, fix } = startVerdict(control({}, { failure }));
  assert.deepEqual(
    [word, text, fix],
    ["wrong", "always_on: it listens at port 3000", "have it take its port from PORT"],
  );
});

test("two starts that fail are both named, each with its fix, and what is the same once", () => {
  const failures = ["no database: give it one", "it listens at port 3000: have it take its port from PORT"].map(
    (text) => ({ failure: new Error(text) }),
  );
  const { word, text, fix } = startVerdict(control(failures[0]!, failures[1]!));
  assert.equal(word, "wrong");
  assert.match(text, /none: no database; always_on: it listens at port 3000/);
  assert.match(fix!, /none: give it one; always_on: have it take/);
  const same = startVerdict(control(failures[0]!, failures[0]!));
  assert.deepEqual([same.text, same.fix], ["none and always_on: no database", "give it one"]);
});

test("wrong answers of both starts are both named", () => {
  const answering = (status: string) => ({ unexpected: [{ route: "GET /", status, count: 20, of: 20 }] });
  const { text, fix } = answersVerdict(control(answering("404"), answering("500")));
  assert.match(text, /none: .*404.*always_on: .*500/);
  assert.match(fix!, /404.*500/);
});

test("what a service wrote last is in the line if nothing in its words is the cause", () => {
  const failure = new Error(
    "node s.cjs exited with 0 before it was ready\nhave it run in the foreground\nstarting\nno database",
  );
  const { text, fix } = startVerdict(control({ failure }, { failure }));
  assert.match(text, /exited with 0.*no database$/);
  assert.match(fix!, /^have it run/);
});
