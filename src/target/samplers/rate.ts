import { count, rate as perSecond } from "../../base/units.ts";
import type { SamplerKind } from "../kinds.ts";
import { TokenBucket, usualBurst } from "./token-bucket.ts";

const fields = {
  rate: perSecond,
  /** Traces kept at once after a quiet time; default: a second's worth. */
  burst: count().optional(),
};

export const rate: SamplerKind<typeof fields> = {
  name: "rate",
  about: "at most so many traces a second from each process, by a token bucket",
  example: "rate:10/s",
  fields,
  main: "rate",
  traced: true,
  async make(config, { clock }) {
    const { PerLocalRoot } = await import("./per-local-root.ts");
    const bucket = new TokenBucket(config.rate, config.burst ?? usualBurst(config.rate), clock);
    return { sampler: new PerLocalRoot(`Rate{${config.rate}/s}`, () => bucket.take()) };
  },
  volume: () => "per process",
  rateLimit: ({ rate, burst }) => ({ perSecond: rate, burst: burst ?? usualBurst(rate) }),
};
