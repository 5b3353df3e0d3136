import type { SamplerKind } from "../kinds.ts";

const fields = {};

export const none: SamplerKind<typeof fields> = {
  name: "none",
  about: "loads nothing of tracing: the baseline of every run",
  example: "none",
  fields,
  make() {
    throw new Error("none stands for a process without tracing; there is no sampler to make");
  },
};
