import assert from "node:assert/strict";
import { test } from "node:test";
import type { Observation } from "./check/observation.ts";
import { ownSdkFaults } from "./own-sdk-control.ts";
import { ControlFailure } from "./target/control-failure.ts";

test("a baseline that sends spans ends the run, also if the traced start fails", () => {
  const observed = (id: string, received: number, failure?: Error): Observation =>
    ({
      variant: { id },
      sent: 20,
      unexpected: [],
      failure,
      result: { counts: { received } },
    }) as unknown as Observation;
  const faults = (received: number) =>
    ownSdkFaults("node shop.cjs", {
      ownSdk: true,
      noneCommand: undefined,
      baseline: observed("none", received),
      traced: observed("always_on", 0, new Error("no database")),
    });
  assert.throws(() => faults(40), ControlFailure);
  assert.deepEqual(faults(0), []);
});
