import { duration } from "../../base/units.ts";
import { ACCEPT, type ConditionKind } from "./condition.ts";

const fields = { at: duration, down: duration };

/**
 * Received: everything that arrived whole while it was up. `at` after the window opened the ports close and
 * all connections are cut, with what was on its way in them; after `down` the same ports listen again.
 */
export const restart = {
  name: "restart",
  about: "goes away in mid-window, and comes back on the same port",
  example: "restart:at=5s,down=3s",
  fields,
  make: ({ at, down }) => ({ decide: () => ACCEPT, outage: { atMs: at, downMs: down } }),
} satisfies ConditionKind<typeof fields>;
