import type { Clock } from "../../base/clock.ts";
import { count, rate as perSecond, share } from "../../base/units.ts";
import type { SamplerKind } from "../kinds.ts";

const ofRate = {
  rate: perSecond,
  /** Traces kept at once after a quiet time; default: a second's worth. */
  burst: count().optional(),
};

export const rate: SamplerKind<typeof ofRate> = {
  name: "rate",
  about: "at most so many traces a second from each process, by a token bucket",
  example: "rate:10/s",
  fields: ofRate,
  main: "rate",
  traced: true,
  async make({ rate, burst }, { clock }) {
    const { PerLocalRoot } = await import("./per-local-root.ts");
    const take = tokenBucket(rate, burst ?? usualBurst(rate), clock);
    return { sampler: new PerLocalRoot(`Rate{${rate}/s}`, take) };
  },
  volume: () => "per process",
  rateLimit: ({ rate, burst }) => ({ perSecond: rate, burst: burst ?? usualBurst(rate) }),
};

const ofFloor = { ratio: share, min: perSecond };

/** Like Jaeger's GuaranteedThroughputSampler: traces that the ratio keeps count towards the minimum. */
export const ratioFloor: SamplerKind<typeof ofFloor> = {
  name: "ratio_floor",
  about: "a share of the traces by their id, or so many a second if that is more",
  example: "ratio_floor:0.01,min=1/s",
  fields: ofFloor,
  main: "ratio",
  traced: true,
  async make({ ratio, min }, { clock }) {
    const { PerLocalRoot } = await import("./per-local-root.ts");
    const { traceIdBelow } = await import("../../base/probability-sampling.ts");
    const take = tokenBucket(min, usualBurst(min), clock);
    const keeps = (traceId: string): boolean => {
      const isBelowFloor = take();
      return traceIdBelow(ratio, traceId) || isBelowFloor;
    };
    return { sampler: new PerLocalRoot(`RatioFloor{${ratio},${min}/s}`, keeps) };
  },
  volume: () => "unknown",
};

/** A second's worth, at least one. */
function usualBurst(ratePerSecond: number): number {
  return Math.max(1, Math.ceil(ratePerSecond));
}

/** Takes a token if there is one. Full at first: in any t seconds it gives at most `ratePerSecond · t + burst` tokens. */
function tokenBucket(ratePerSecond: number, burst: number, clock: Clock): () => boolean {
  let tokens = burst;
  let filledAtMs = clock.monotonicMs();
  return () => {
    const nowMs = clock.monotonicMs();
    // Recorded traces may be slightly out of order.
    if (nowMs > filledAtMs) {
      tokens = Math.min(burst, tokens + ((nowMs - filledAtMs) * ratePerSecond) / 1000);
      filledAtMs = nowMs;
    }
    if (tokens < 1) return false;
    tokens--;
    return true;
  };
}
