import { share } from "../../base/units.ts";
import type { SamplerKind } from "../kinds.ts";

const fields = { ratio: share };

export const ratio: SamplerKind<typeof fields> = {
  name: "ratio",
  about: "the SDK's TraceIdRatioBased: a share of the traces, by their id, whatever the parent",
  example: "ratio:0.1",
  fields,
  main: "ratio",
  async make(config) {
    const { TraceIdRatioBasedSampler } = await import("@opentelemetry/sdk-trace-base");
    return { sampler: new TraceIdRatioBasedSampler(config.ratio) };
  },
  inclusion: (config) => config.ratio,
};
