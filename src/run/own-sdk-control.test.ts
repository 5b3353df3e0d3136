import assert from "node:assert/strict";
import { test } from "node:test";
import type { Observation } from "./check/observation.ts";
import { ownSdkFaults } from "./own-sdk-control.ts";
import { ControlFailure } from "./target/control-failure.ts";

const observed = (id: string, received: number, failure?: Error): Observation =>
  ({
    variant: { id, processor: { kind: {} } },
    sent: 20,
    unexpected: [],
    failure,
    environment: {},
    listeners: [],
    portsCalled: [],
    sinkPorts: [4318],
    output: "",
    waitedMs: 1000,
    result: { counts: { received }, refusals: [] },
  }) as unknown as Observation;

const faults = (baselineReceived: number, traced: Observation) =>
  ownSdkFaults("node shop.cjs", {
    ownSdk: true,
    noneCommand: undefined,
    baseline: observed("none", baselineReceived),
    traced,
  });

test("a baseline that sends spans ends the run, also if the traced start fails", () => {
  const failed = observed("always_on", 0, new Error("no database"));
  assert.throws(() => faults(40, failed), ControlFailure);
  assert.deepEqual(faults(0, failed), []);
});

test("a run that ends names all that is wrong at once", () => {
  assert.throws(
    () => faults(40, observed("always_on", 0)),
    ({ issues }: ControlFailure) => issues.length === 2,
  );
});
