import { registry } from "../../base/registry.ts";
import type { DriverKind } from "./driver.ts";

const openLoop: DriverKind = {
  name: "open-loop",
  about: "sends on a schedule, whatever the service does; latency from the intended send time",
  example: "open-loop",
  fields: {},
  run: async (job, events) => (await import("./open-loop.ts")).runOpenLoop(job, events),
};

const autocannon: DriverKind = {
  name: "autocannon",
  about: "keeps every connection busy, as fast as the service answers; for the highest throughput",
  example: "autocannon",
  fields: {},
  run: async (job, events) => (await import("./autocannon.ts")).runClosedLoop(job, events),
};

/** How load is made. The packages they need are loaded when a job runs. */
export const drivers = registry<DriverKind>("driver", [openLoop, autocannon]);
