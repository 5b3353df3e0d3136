import { count } from "../../base/units.ts";
import type { ConditionKind } from "./condition.ts";

const fields = { status: count(400, 599) };

/** Received: nothing. Every batch is answered with the status; over gRPC with the code that stands for it. */
export const error = {
  name: "error",
  about: "answers every batch with an HTTP status from 400 to 599",
  example: "error:503",
  fields,
  main: "status",
  make: ({ status }) => ({ decide: () => ({ type: "refuse", status }) }),
} satisfies ConditionKind<typeof fields>;
