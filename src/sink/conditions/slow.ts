import { duration } from "../../base/units.ts";
import type { ConditionKind } from "./condition.ts";

const fields = { latency: duration };
const MOST_MS = 3_600_000;

/**
 * Received: everything, when its body has arrived; only the answer is late. So a batch whose exporter
 * gave up before the answer came counts as received too: timed out, but arrived all the same.
 */
export const slow = {
  name: "slow",
  about: "accepts everything, and answers late",
  example: "slow:200ms",
  fields,
  main: "latency",
  refuse: ({ latency }) => (latency > MOST_MS ? "a latency above 1h is a hang; use hang" : undefined),
  make: ({ latency }) => ({ decide: () => ({ type: "accept", afterMs: latency }) }),
} satisfies ConditionKind<typeof fields>;
