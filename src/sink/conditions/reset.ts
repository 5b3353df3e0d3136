import { ACCEPT, type ConditionKind } from "./condition.ts";

/** Received: nothing. The connection is destroyed at the first bytes of each body, before its end is looked at. */
export const reset = {
  name: "reset",
  about: "destroys the connection in mid-body",
  example: "reset",
  fields: {},
  make: () => ({ decide: () => ACCEPT, resets: true }),
} satisfies ConditionKind;
