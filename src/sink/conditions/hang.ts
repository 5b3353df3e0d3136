import type { ConditionKind } from "./condition.ts";

/**
 * Received: nothing. The body is read to its end and no answer ever comes: a backend that died after the
 * read has kept nothing, and what it did not acknowledge an exporter may not count on.
 */
export const hang = {
  name: "hang",
  about: "takes every batch and never answers",
  example: "hang",
  fields: {},
  make: () => ({ decide: () => ({ type: "hang" }) }),
} satisfies ConditionKind;
