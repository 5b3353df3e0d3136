import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { readJson } from "../base/document.ts";
import { listScenarios } from "./library.ts";
import { readScenario, replacedLists } from "./read.ts";
import { scenarioSchema, type Scenario } from "./scenario.ts";
import { folder, fromFile, mistakes, scenarioWith } from "./scenario.fixture.ts";

test("options lie over the scenario's own fields", () => {
  const scenario = scenarioWith({ samplers: ["ratio:0.2"], duration: "1500ms", rate: "120/m", rounds: "7" });
  assert.deepEqual(
    scenario.samplers.map(({ text }) => text),
    ["ratio:0.2"],
  );
  assert.deepEqual(new Set(Object.values(scenario.durationMs)), new Set([1500]));
  assert.equal(scenario.ratePerSecond, 2);
  assert.equal(scenario.rounds, 7);
});

test("an option that replaces a list of the scenario is named with what it leaves out", () => {
  const file = join(folder, "listed.json");
  writeFileSync(file, JSON.stringify({ samplers: ["ratio:0.1", "ratio:0.5"] }));
  const [line, ...others] = replacedLists(file, { fields: { samplers: ["ratio:0.5"], backends: ["healthy"] } });
  assert.deepEqual(others, []);
  assert.match(line!, /^--sampler .*samplers .*: ratio:0\.1 is not/);
  assert.deepEqual(replacedLists(file, { fields: { samplers: ["ratio:0.5", "ratio:10%"] } }), []);
});

test("usual phases give way to those of an option and of the scenario", () => {
  const phasesOf = (name: string, fields = {}) =>
    readScenario(name, { fields, quick: false, usualPhases: ["cost"] }).phases;
  assert.deepEqual(phasesOf("default"), ["cost"]);
  assert.deepEqual(phasesOf("default", { phases: ["latency"] }), ["latency"]);
  assert.ok(phasesOf("instrumentations").length > 1);
});

test("a service that runs already is sent no more than a rate asks, unless capacity is named", () => {
  const requests = [{ route: "GET /", path: "/" }];
  const phasesOf = (fields: object) =>
    scenarioWith({ target: "url:http://127.0.0.1:8080", requests, ...fields }).phases;
  assert.deepEqual(phasesOf({}), ["cost", "latency"]);
  assert.deepEqual(phasesOf({ phases: ["capacity"] }), ["capacity"]);
  assert.deepEqual(scenarioWith({}).phases, ["cost", "latency", "capacity"]);
});

test("every scenario that comes with Spantoll is valid, and says what it asks", () => {
  for (const { name, about } of listScenarios()) {
    assert.equal(readScenario(name, { fields: {}, quick: false }).name, name);
    assert.match(about, /\w.*[.?]$/);
  }
});

test("beside a list of pairs of sampler and Collector, neither can be given by itself", () => {
  for (const [field, option] of [
    ["samplers", "--sampler"],
    ["collectors", "--collector"],
  ]) {
    const [mistake] = mistakes(() => readScenario("placement", { fields: { [field!]: ["x"] }, quick: false }));
    assert.ok(mistake!.startsWith(option!), mistake);
  }
});

test("quick runs are shorter", () => {
  assert.ok(scenarioWith({}, true).rounds < scenarioWith({}).rounds);
  assert.ok(scenarioWith({}, true).durationMs.cost < scenarioWith({}).durationMs.cost);
});

test("a mistake names its option, the value and what was expected", () => {
  const cases: [object, RegExp][] = [
    [{ samplers: ["ration:0.1"] }, /^--sampler "ration:0.1": unknown sampler "ration" \(did you mean "ratio"\?\)/],
    [{ samplers: ["ratio=0.1"] }, /^--sampler "ratio=0.1": .*did you mean "ratio:0.1"/],
    [{ samplers: ["ratio:1.5"] }, /^--sampler .*share from 0 to 1.*got "1.5"/],
    [{ samplers: ["ratio:"] }, /^--sampler .*got nothing/],
    [{ processors: ["batch:queue=10,batch=20"] }, /^--processor .*batch.*queue/],
    [{ duration: "10" }, /^--duration "10": expected a duration with its unit, such as 250ms, 10s or 2m/],
    [{ duration: "0s" }, /^--duration "0s": expected a duration with its unit, .*above 0/],
    [{ timeout: "0s" }, /^--timeout "0s": expected a duration with its unit, .*above 0/],
    [{ precision: "0" }, /^--precision "0": expected a share above 0/],
    [{ rounds: "0" }, /^--rounds "0": expected a whole number from 1/],
    [{ phases: ["coast"] }, /^--phase "coast": expected one of cost, latency, capacity.* \(did you mean "cost"\?\)$/],
    [{ rate: "600" }, /^--rate "600": expected a rate such as 600\/s/],
    [{ target: "order" }, /^--target .*did you mean "orders"/],
    [{ backends: ["healty"] }, /^--backend .*did you mean "healthy"/],
  ];
  for (const [fields, expected] of cases) {
    const lines = mistakes(() => scenarioWith(fields));
    assert.equal(lines.length, 1, lines.join("\n"));
    assert.match(lines[0]!, expected);
  }
});

test("a target that costs more has a lower usual rate; --rate is for each", () => {
  const rateFor = (fields: Parameters<typeof scenarioWith>[0]): number => scenarioWith(fields).ratePerSecond;
  assert.ok(rateFor({ target: "fastapi" }) < rateFor({ target: "orders" }));
  assert.ok(rateFor({ target: "fastapi:chain" }) < rateFor({ target: "fastapi" }));
  assert.equal(rateFor({ target: "fastapi", rate: "700/s" }), 700);
});

const number = fc.oneof(fc.constantFrom("0", "1e-324", "1e-9", "1e308"), {
  weight: 9,
  arbitrary: fc.double({ min: 0, max: 1, noNaN: true }).map(String),
});
const quantityWith = (...units: string[]) => fc.tuple(number, fc.constantFrom(...units)).map((parts) => parts.join(""));
const whole = fc.oneof({ weight: 9, arbitrary: fc.nat(10_000) }, fc.maxSafeNat()).map(String);
const time = quantityWith("us", "ms", "s", "h");
const rate = quantityWith("/s", "/min", "/h");
const anyFields = fc.record(
  {
    duration: time,
    warmup: time,
    timeout: time,
    rate,
    costRate: rate,
    precision: quantityWith("", "%"),
    rounds: whole,
    maxRounds: whole,
    seed: whole,
    connections: whole,
  },
  { requiredKeys: [] },
);

test("whatever is accepted can be read back from a results file", () => {
  let accepted = 0;
  fc.assert(
    fc.property(anyFields, fc.boolean(), (fields, quick) => {
      let scenario: Scenario;
      try {
        scenario = scenarioWith(fields, quick);
      } catch (error) {
        assert.equal((error as Error).name, "UserError");
        return;
      }
      accepted++;
      const written: unknown = JSON.parse(JSON.stringify(scenario));
      assert.deepEqual(JSON.parse(JSON.stringify(scenarioSchema.parse(written))), written);
    }),
    { numRuns: 500 },
  );
  assert.ok(accepted > 50, `${accepted} of 500 were accepted`);
});

test("all mistakes of a scenario are named at once, with their place in the file", () => {
  const lines = mistakes(() =>
    fromFile({
      about: "?",
      samplers: ["always_on", "ratio:2"],
      rounds: 0,
      duration: "soon",
      sampelrs: [],
      phases: ["cost"],
    }),
  );
  assert.equal(lines.length, 4);
  assert.match(lines.join("\n"), /mine\.json: samplers\.1 "ratio:2": /);
  assert.match(lines.join("\n"), /mine\.json: rounds 0: expected a whole number/);
  assert.match(lines.join("\n"), /mine\.json: duration "soon": expected a duration/);
  assert.match(lines.join("\n"), /has no field "sampelrs" \(did you mean "samplers"\?\)/);
});

test("a field of a request that is misspelt or missing is named, with the nearest field of a request", () => {
  const service = { target: "command:x", requests: [{ rout: "GET /", path: 7 }] };
  const lines = mistakes(() => fromFile(service)).join("\n");
  assert.match(lines, /requests\.0\.route is missing$/m);
  assert.match(lines, /requests\.0 has no field "rout" \(did you mean "route"\?\)$/m);
  assert.match(lines, /requests\.0\.path 7: expected text$/m);
});

test("a value without its unit or its list is answered with what to write", () => {
  const request = { route: "GET /", path: "/", expect: 200 };
  const fields = { rate: 200, costRate: 300, samplers: "ratio:0.1", nodes: 22, phases: ["latency,cost"] };
  const lines = mistakes(() => fromFile({ ...fields, requests: [request] }));
  const meant = lines.map((line) => /: (\S+) .*\(did you mean (.*)\?\)$/.exec(line)?.slice(1));
  assert.deepEqual(
    new Map(meant as [string, string][]),
    new Map([
      ["rate", '"200/s"'],
      ["costRate.0", '"300/s"'],
      ["samplers", '["ratio:0.1"]'],
      ["nodes", '["22"]'],
      ["phases.0", '"latency", "cost"'],
      ["requests.0.expect", "[200]"],
    ]),
  );
  const [phase] = mistakes(() => scenarioWith({ phases: ["latency,cost"] }));
  assert.match(phase!, /did you mean --phase latency --phase cost\?/);
});

test("a value that has no text of its own is a mistake like any other", () => {
  const lines = mistakes(() => fromFile({ about: { toString: [] }, arrivals: { toString: [] } }));
  assert.deepEqual(
    lines.map((line) => /about|arrivals/.exec(line)?.[0]),
    ["about", "arrivals"],
  );
});

test("a file that is not JSON, or not an object, is named", () => {
  assert.match(mistakes(() => fromFile("{ nope"))[0]!, /mine\.json" is not JSON/);
  const misspelt = join(folder, "mnie.json");
  assert.match(mistakes(() => readScenario(misspelt, { fields: {}, quick: false }))[0]!, /did you mean "mine\.json"/);
  assert.match(mistakes(() => fromFile([]))[0]!, /mine\.json": expected an object/);
  assert.match(
    mistakes(() => readScenario(join(folder, "absent.json"), { fields: {}, quick: false }))[0]!,
    /no such file$/,
  );
  const traces = join(folder, "mnie.jsonl");
  assert.match(mistakes(() => readJson(traces))[0]!, /no such file$/);
});

test("an unknown scenario is answered with the nearest name", () => {
  const [line] = mistakes(() => readScenario("defualt", { fields: {}, quick: false }));
  assert.match(line!, /unknown scenario "defualt" \(did you mean "default"\?\)/);
});
