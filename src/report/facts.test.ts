import assert from "node:assert/strict";
import { test } from "node:test";
import { withVariants } from "../record/records.fixture.ts";
import { syntheticRecord, syntheticResults } from "../estimate/synthetic.fixture.ts";
import type { TrialRecord } from "../record/trial-record.ts";
import type { Phase } from "../spec/phases.ts";
import { instrumentationSpec, targetSpec } from "../spec/scenario.ts";
import { commitsText } from "./commits.ts";
import { collectorsOf } from "./facts.ts";
import { changed, fixtureReport } from "./report.fixture.ts";

test("the foot has the version of each program between service and sink; of older files it is unknown", () => {
  const shown = (versions: Readonly<Record<string, string | undefined>>) =>
    collectorsOf(
      syntheticResults(
        Object.entries(versions).map(([variant, version]) => ({
          ...syntheticRecord({ variant, round: 1 }),
          ...(variant.includes(" via ") && { collector: { bytesOut: 1, ...(version !== undefined && { version }) } }),
        })),
      ),
    ).map(({ label, value }) => `${label} ${value}`);
  assert.deepEqual(shown({ none: undefined, always_on: undefined }), []);
  assert.deepEqual(shown({ "always_on via batch": undefined }), ["Collector unknown"]);
  assert.deepEqual(
    shown({ "always_on via batch": "0.161.0", "ratio:0.1 via batch": "0.161.0", "always_on via jaeger": "1.76.0" }),
    ["Collector 0.161.0", "Jaeger 1.76.0"],
  );
  assert.deepEqual(shown({ "always_on via batch": "0.161.0", "ratio:0.1 via batch": undefined }), [
    "Collector 0.161.0, unknown",
  ]);
});

test("the commit of Spantoll is never shown as that of the service", () => {
  const { environment, scenario } = syntheticResults([syntheticRecord({ variant: "none", round: 1 })]);
  const textOf = (target: string, service?: typeof environment.service): string =>
    commitsText({
      environment: { ...environment, commit: "a".repeat(40), dirty: false, service },
      scenario: { ...scenario, target: targetSpec.parse(target) },
    });
  const own = "Spantoll commit aaaaaaa";
  const command = "command:node server.js";
  assert.equal(textOf("orders"), own);
  assert.equal(textOf(command, { commit: "b".repeat(40), dirty: true }), `service commit bbbbbbb with changes, ${own}`);
  assert.equal(textOf(command, { commit: "unknown" }), `service in no git repository, ${own}`);
  assert.equal(textOf("url:http://127.0.0.1:80", { commit: "unknown" }), `service commit unknown, ${own}`);
});

test("rate and rounds are those of each phase, and nothing has a rate that was not asked for one", () => {
  const factsOf = (phases: readonly Phase[], rounds: (record: TrialRecord) => boolean) => {
    const { constants } = fixtureReport({ phases }, (results) => ({
      ...results,
      records: results.records.filter(rounds),
      scenario: { ...results.scenario, costRatePerSecond: 400, ratePerSecond: 600 },
    }));
    return ["rate", "rounds"].map((name) => constants.find(({ label }) => label === name)?.value);
  };
  const isMeasured = ({ trial: { phase, round } }: TrialRecord): boolean => phase === "cost" || round % 2 === 0;
  const [rate, rounds] = factsOf(["cost", "latency", "capacity"], isMeasured);
  assert.match(rate!, /^cost 400, latency 600 requests\/s\b/);
  assert.doesNotMatch(rate!, /capacity/);
  assert.equal(rounds, "cost 6, latency and capacity 3");
  assert.match(factsOf(["latency", "profile"], () => true)[0]!, /^latency and profile 600 /);
  assert.deepEqual(
    factsOf(["capacity"], () => true),
    [undefined, "6"],
  );
});

test("a service is said to run on Node only if it does, and Spantoll's own packages to be measured only then", () => {
  const factsOf = (target: string, records: (record: TrialRecord) => TrialRecord = (same) => same) => {
    const { constants, setting, environment } = fixtureReport({}, (results) => ({
      ...changed(records)(results),
      environment: { ...results.environment, ownNode: "v24.21.0" },
      scenario: { ...results.scenario, target: targetSpec.parse(target) },
    }));
    const valueOf = (name: string) => [...constants, ...setting].find(({ label }) => label === name)?.value;
    assert.match(valueOf("spantoll")!, /on Node v24\.21\.0/);
    const packages = valueOf("packages")?.includes("@opentelemetry/") === true;
    return { node: valueOf("node"), runtime: valueOf("runtime"), packages, written: environment.node };
  };
  const node = { node: "v24.21.0", runtime: undefined, packages: true, written: "v24.21.0" };
  assert.deepEqual(factsOf("orders"), node);
  assert.deepEqual(
    factsOf('command:"node x.js"', (record) => ({ ...record, node: "v22.1.0" })),
    { ...node, node: "v22.1.0", written: "v22.1.0" },
  );
  const unknown = { node: undefined, packages: false, written: "unknown" };
  assert.deepEqual(factsOf("fastapi"), { ...unknown, runtime: "Python" });
  assert.deepEqual(factsOf('command:"./shop",own_sdk'), { ...unknown, runtime: undefined });
});

test("of several lists of instrumentations each names its libraries, by what the largest has and it has not", () => {
  const instrumented = changed((record) =>
    record.trial.variant === "none"
      ? record
      : { ...record, instrumented: record.trial.variant === "always_on" ? ["http", "pg"] : ["http"] },
  );
  const { constants } = fixtureReport({}, (results) =>
    withVariants(
      instrumented(results),
      (id) => id !== "none" && { instrumentation: instrumentationSpec.parse(id === "always_on" ? "auto" : "auto-pg") },
    ),
  );
  const libraries = constants.filter(({ label }) => label.startsWith("instrumented"));
  assert.deepEqual(
    libraries.map(({ label, value }) => `${label}: ${value}`),
    ["instrumented by auto: http, pg", "instrumented by auto-pg: the same without pg"],
  );
});
