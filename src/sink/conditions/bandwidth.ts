import { bandwidth as bandwidthField } from "../../base/units.ts";
import { ACCEPT, type ConditionKind } from "./condition.ts";

const fields = { rate: bandwidthField };

/**
 * Received: everything that arrives whole. Bodies are read at this speed over all connections together, so
 * the answer to a batch comes no sooner than its bytes take. (The kernel's socket buffers take some in advance.)
 */
export const bandwidth = {
  name: "bandwidth",
  about: "reads no faster than this, over all connections together",
  example: "bandwidth:1MB/s",
  fields,
  main: "rate",
  make: ({ rate }) => ({ decide: () => ACCEPT, bytesPerSecond: rate }),
} satisfies ConditionKind<typeof fields>;
