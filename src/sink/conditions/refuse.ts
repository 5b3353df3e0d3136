import { ACCEPT, type ConditionKind } from "./condition.ts";

/** Received: nothing. The address is a real one and its port is closed: the kernel refuses each connection. */
export const refuse = {
  name: "refuse",
  about: "nothing listens on the port",
  example: "refuse",
  fields: {},
  make: () => ({ decide: () => ACCEPT, refuses: true }),
} satisfies ConditionKind;
