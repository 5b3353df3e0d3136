import assert from "node:assert/strict";
import { test } from "node:test";
import { assignmentOf } from "./as-scenario.ts";
import { observationOf } from "./observation.fixture.ts";
import { readOrigin } from "./prometheus.ts";

test("in as many rounds as variants each group runs each once, and each is set first once, by seed", () => {
  const drive = { command: "true", groups: ["blue", "green"] };
  const observation = observationOf({ rounds: 6, length: "2m", drive });
  for (const cycle of [1, 3, 5]) {
    const pairs = [cycle, cycle + 1].flatMap((round) => assignmentOf(observation, round).map((pair) => pair.join(" ")));
    assert.equal(new Set(pairs).size, 4);
    const first = [cycle, cycle + 1].map((round) => assignmentOf(observation, round)[0]![1]);
    assert.equal(new Set(first).size, 2);
  }
  assert.deepEqual(assignmentOf(observation, 3), assignmentOf(observation, 3));
});

test("mistakes in a plan name the field, and all are there", () => {
  const mistakesOf = (changes: object): string => {
    try {
      observationOf(changes);
      return "";
    } catch (error) {
      return (error as Error).message;
    }
  };
  assert.match(mistakesOf({ baseline: "aa" }), /baseline "aa".*a, b/);
  assert.match(mistakesOf({ preset: "kubernets" }), /did you mean "kubernetes"/);
  assert.match(mistakesOf({ variants: { a: "nune", b: "none" } }), /variants\.a "nune": unknown sampler/);
  assert.match(mistakesOf({ windows: "1m" }), /no field "windows" \(did you mean "window"/);
  assert.match(mistakesOf({ window: "3s" }), /window.*4 scrapes/);
  assert.match(mistakesOf({ rounds: 3 }), /length/);
  assert.match(mistakesOf({ queries: { cpu: "up" } }), /\$match/);
  assert.match(mistakesOf({ variants: { a: "none" } }), /variants/);
});

test("another machine is asked only if it is allowed", () => {
  assert.throws(() => readOrigin("http://prometheus.example:9090", []), /--allow-remote prometheus.example/);
  assert.throws(() => readOrigin("http://127.0.0.1.example:9090", []), /--allow-remote/);
  assert.throws(() => readOrigin("http://me:secret@127.0.0.1:9090", []), /without user/);
  assert.equal(readOrigin("http://prometheus.example/base", ["prometheus.example"]).pathname, "/base/");
  assert.equal(readOrigin("http://localhost:9090", []).port, "9090");
});
