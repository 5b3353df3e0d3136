import { rate, share } from "../../base/units.ts";
import type { SamplerKind } from "../kinds.ts";
import { TokenBucket, usualBurst } from "./token-bucket.ts";

const fields = { ratio: share, min: rate };

/** Like Jaeger's GuaranteedThroughputSampler: traces that the ratio keeps count towards the minimum. */
export const ratioFloor: SamplerKind<typeof fields> = {
  name: "ratio_floor",
  about: "a share of the traces by their id, or so many a second if that is more",
  example: "ratio_floor:0.01,min=1/s",
  fields,
  main: "ratio",
  traced: true,
  async make(config, { clock }) {
    const { PerLocalRoot } = await import("./per-local-root.ts");
    const { traceIdBelow } = await import("../../base/probability-sampling.ts");
    const floor = new TokenBucket(config.min, usualBurst(config.min), clock);
    const keeps = (traceId: string): boolean => {
      const isBelowFloor = floor.take();
      return traceIdBelow(config.ratio, traceId) || isBelowFloor;
    };
    return { sampler: new PerLocalRoot(`RatioFloor{${config.ratio},${config.min}/s}`, keeps) };
  },
  volume: () => "unknown",
};
