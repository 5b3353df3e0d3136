import { share } from "../../base/units.ts";
import type { SamplerKind } from "../kinds.ts";

const fields = { ratio: share };

export const ratio: SamplerKind<typeof fields> = {
  name: "ratio",
  about: "the SDK's TraceIdRatioBased: a share of the traces, by their id, whatever the parent",
  example: "ratio:0.1",
  fields,
  main: "ratio",
  aliases: { traceidratio: "ratio", trace_id_ratio_based: "ratio" },
  meant: (text) => {
    const share = text.replace(",", ".");
    return fields.ratio.safeParse(share).success ? `"ratio:${share}"` : undefined;
  },
  traced: true,
  async make(config) {
    const { TraceIdRatioBasedSampler } = await import("@opentelemetry/sdk-trace");
    return { sampler: new TraceIdRatioBasedSampler(config.ratio) };
  },
  probability: ({ ratio }) => ratio,
  volume: () => "per request",
  environment: ({ ratio }) => ({ OTEL_TRACES_SAMPLER: "traceidratio", OTEL_TRACES_SAMPLER_ARG: String(ratio) }),
  declarative: ({ ratio }) => ({ trace_id_ratio_based: { ratio } }),
};
