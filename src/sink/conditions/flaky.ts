import { seededRandom } from "../../base/random.ts";
import { share } from "../../base/units.ts";
import { ACCEPT, type ConditionKind } from "./condition.ts";

const fields = { share };

/** Received: the batches that are not hit. Each batch is hit with this probability, seeded, and answered with 503. */
export const flaky = {
  name: "flaky",
  about: "answers a random share of the batches with 503",
  example: "flaky:0.3",
  fields,
  main: "share",
  make: ({ share }, { seed }) => {
    const random = seededRandom(seed);
    return { decide: () => (random() < share ? { type: "refuse", status: 503 } : ACCEPT) };
  },
} satisfies ConditionKind<typeof fields>;
