import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "../base/temporary-folder.fixture.ts";
import { readObservation, type Observation } from "./observation.ts";

const folder = temporaryFolder();

const PLAN = {
  service: "shop",
  preset: "process",
  variants: { a: "none", b: "ratio:0.1" },
  baseline: "a",
  replicas: 2,
  rounds: [{ start: "1970-01-01T00:00:00Z", end: "1970-01-01T00:02:00Z" }],
  settle: "0s",
  window: "40s",
  scrape: "1s",
};

/** A plan for two groups of two replicas, two minutes, with changes. */
export function observationOf(changes: object = {}): Observation {
  const path = join(folder, "plan.json");
  writeFileSync(path, JSON.stringify({ ...PLAN, ...changes }));
  return readObservation(path);
}
