import type { SamplerKind } from "../kinds.ts";

const fields = {};

export const noop: SamplerKind<typeof fields> = {
  name: "noop",
  about: "loads the instrumentation and no SDK: what the API's no-ops cost",
  example: "noop",
  fields,
  make() {
    throw new Error("noop stands for a process without an SDK; there is no sampler to make");
  },
};
