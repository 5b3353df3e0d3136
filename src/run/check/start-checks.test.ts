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

test("starts that fail for one reason have one sentence, and others one each", () => {
  const failing = (...reasons: [string, string]): string => {
    const [none, all] = reasons.map((reason) => ({ failure: new Error(reason) }));
    return startVerdict(control(none!, all!)).text;
  };
  const fix = "have it take its port from PORT, or write {port} into the command";
  const text = failing(`it accepted no connection, but listens at port 3000: ${fix}`, `its port is taken: ${fix}`);
  assert.match(text, /^none and always_on: it accepted/);
  assert.doesNotMatch(text, /taken/);
  assert.match(failing(`port: ${fix}`, "no database"), /always_on: no database.*none: port/);
});

test("what a service wrote last is in the line if nothing in its words is the cause", () => {
  const failure = new Error(
    "node s.cjs exited with 0 before it was ready\nhave it run in the foreground\nstarting\nno database",
  );
  const { text, fix } = startVerdict(control({ failure }, { failure }));
  assert.match(text, /exited with 0.*no database$/);
  assert.match(fix!, /^have it run/);
});
