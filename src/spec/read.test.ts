import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import fc from "fast-check";
import { listScenarios } from "./library.ts";
import { readScenario } from "./read.ts";
import { samplerSpec } from "./specs.ts";
import { inclusionOf, keptShareOf, requestsOf } from "./workload.ts";
import { scenarioSchema, type Scenario } from "./scenario.ts";

const folder = mkdtempSync(join(tmpdir(), "spantoll-spec-"));
after(() => rmSync(folder, { recursive: true }));

function withOptions(fields: object, quick = false): Scenario {
  return readScenario(undefined, { fields, quick });
}

function fromFile(content: unknown): Scenario {
  const path = join(folder, "mine.json");
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return readScenario(path, { fields: {}, quick: false });
}

/** The lines of the one message that `action` fails with. */
function mistakes(action: () => unknown): string[] {
  try {
    action();
  } catch (error) {
    assert.equal((error as Error).name, "UserError");
    return (error as Error).message.split("\n");
  }
  return assert.fail("accepted");
}

test("options lie over the scenario's own fields", () => {
  const scenario = withOptions({ samplers: ["ratio:0.2"], duration: "1500ms", rate: "120/m", rounds: "7" });
  assert.deepEqual(
    scenario.samplers.map(({ text }) => text),
    ["ratio:0.2"],
  );
  assert.deepEqual(new Set(Object.values(scenario.durationMs)), new Set([1500]));
  assert.equal(scenario.ratePerSecond, 2);
  assert.equal(scenario.rounds, 7);
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
  assert.ok(withOptions({}, true).rounds < withOptions({}).rounds);
  assert.ok(withOptions({}, true).durationMs.cost < withOptions({}).durationMs.cost);
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
    const lines = mistakes(() => withOptions(fields));
    assert.equal(lines.length, 1, lines.join("\n"));
    assert.match(lines[0]!, expected);
  }
});

test("a target that costs more has a lower usual rate; --rate is for each", () => {
  const rateFor = (fields: Parameters<typeof withOptions>[0]): number => withOptions(fields).ratePerSecond;
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
        scenario = withOptions(fields, quick);
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

test("a file that is not JSON, or not an object, is named", () => {
  assert.match(mistakes(() => fromFile("{ nope"))[0]!, /mine\.json" is not JSON/);
  const misspelt = join(folder, "mnie.json");
  assert.match(mistakes(() => readScenario(misspelt, { fields: {}, quick: false }))[0]!, /did you mean "mine\.json"/);
  assert.match(mistakes(() => fromFile([]))[0]!, /mine\.json": expected an object/);
  assert.match(
    mistakes(() => readScenario(join(folder, "absent.json"), { fields: {}, quick: false }))[0]!,
    /no such file$/,
  );
});

test("an unknown scenario is answered with the nearest name", () => {
  const [line] = mistakes(() => readScenario("defualt", { fields: {}, quick: false }));
  assert.match(line!, /unknown scenario "defualt" \(did you mean "default"\?\)/);
});

test("classes get the share that the scenario gives them, the others share the rest", () => {
  const scenario = fromFile({ about: "", classes: { declined: 0.5 } });
  const requests = requestsOf(scenario);
  const share = (name: string): number =>
    requests.filter((request) => request.class === name).reduce((sum, { weight }) => sum + weight, 0);
  assert.ok(Math.abs(share("declined") - 0.5) < 1e-12);
  assert.ok(Math.abs(requests.reduce((sum, { weight }) => sum + weight, 0) - 1) < 1e-12);
});

test("a class that no request has and shares above 1 are refused", () => {
  const lines = mistakes(() => fromFile({ about: "", classes: { declned: 0.7, slow: 0.7 } }));
  assert.match(lines.join("\n"), /no request is of class "declned" \(did you mean "declined"\?\)/);
  assert.match(lines.join("\n"), /add up to 1.4/);
});

test("the user's own service needs requests", () => {
  const [line] = mistakes(() => fromFile({ about: "", target: "command:(node server.js)" }));
  assert.match(line!, /"requests" in a scenario file must say what to send it; .*own-service\.json is one to copy$/);
});

test("a trace context that is the same for all requests is refused, and a parent for each is not", () => {
  const service = (request: object): object => ({
    about: "",
    target: "command:(node server.js)",
    requests: [{ route: "GET /", path: "/", ...request }],
  });
  for (const name of ["Traceparent", "tracestate", "b3", "X-B3-TraceId", "x-datadog-trace-id"]) {
    const [line] = mistakes(() => fromFile(service({ headers: { [name]: "1" } })));
    assert.match(line!, new RegExp(`requests\\.0\\.headers "${name}".*"parent"`));
  }
  const { requests } = fromFile(service({ parent: { sampled: 0.3 }, headers: { "x-traced": "1" } }));
  assert.deepEqual(requests[0]!.parent, { sampled: 0.3 });
  assert.match(mistakes(() => fromFile(service({ parent: { sampled: 3 } })))[0]!, /sampled/);
});

test("the share that is kept follows from the sampler and from what callers decide", () => {
  const parent = { sampled: 0.3 };
  const request = { route: "GET /", path: "/" };
  const requests = [
    { ...request, weight: 1 },
    { ...request, weight: 3, parent },
  ];
  const scenario = fromFile({ about: "", target: "command:(node server.js)", requests });
  const kept = (sampler: string): number | undefined => keptShareOf(scenario, samplerSpec.parse(sampler));
  assert.deepEqual(["always_on", "ratio:0.1", "parentbased:always_off"].map(kept), [1, 0.1, 0.75 * 0.3]);
  assert.ok(Math.abs(kept("parentbased:ratio:0.1")! - (0.25 * 0.1 + 0.75 * 0.3)) < 1e-12);
  for (const unknown of ["rate:10/s", "parentbased:rate:10/s", "parentbased:always_on,remote_sampled=ratio:0.5"])
    assert.equal(kept(unknown), undefined);
  const inclusion = (sampler: string): number | undefined => inclusionOf(scenario, samplerSpec.parse(sampler));
  assert.deepEqual(["ratio:0.1", "parentbased:ratio:0.1"].map(inclusion), [0.1, undefined]);
  const calm = { ...scenario, requests: scenario.requests.slice(0, 1) };
  assert.equal(inclusionOf(calm, samplerSpec.parse("parentbased:ratio:0.1")), 0.1);
  const incident = { atMs: 1, route: "GET /", class: "ordinary", share: 1 };
  assert.equal(keptShareOf({ ...scenario, incident }, samplerSpec.parse("parentbased:always_on")), undefined);
});
