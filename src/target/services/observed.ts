import { text } from "../../base/units.ts";
import type { TargetKind } from "./target-kind.ts";

const fields = { service: text };

export const observed: TargetKind<typeof fields> = {
  name: "observed",
  about: "a service that runs elsewhere and is watched by Prometheus; in results of observe only",
  example: "observed:shop",
  fields,
  main: "service",
  instrumented: "auto",
  requests: [],
  services: () => [],
};
