import { ACCEPT, type ConditionKind } from "./condition.ts";

/** Received: everything that arrives whole. */
export const healthy = {
  name: "healthy",
  about: "accepts everything at once",
  example: "healthy",
  fields: {},
  make: () => ({ decide: () => ACCEPT }),
} satisfies ConditionKind;
