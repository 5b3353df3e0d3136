import assert from "node:assert/strict";
import { test } from "node:test";
import { advise } from "./sweep.fixture.ts";

test("a limit of CPU is judged at the load of the phase cost that is nearest to the user's", () => {
  const sweep = { always_on: { cpu: 1.5, failed: 1, furtherCpuUs: 60 } };
  const stateAt = (requestsPerSecond: number): string => {
    const traffic = { requestsPerSecond, instances: 1 };
    return advise({ limits: { maxCpuShare: 0.3 }, traffic }, sweep).assessed[0]!.standings[0]!.state;
  };
  assert.deepEqual([600, 1000, 2200, 3000].map(stateAt), ["missed", "not settled", "met", "met"]);
});
