import { rate } from "../../base/units.ts";
import { ACCEPT, type ConditionKind } from "./condition.ts";

const fields = { rate };

/**
 * Received: the batches that got a token. The bucket holds what one second brings, at least one token,
 * and is full at the start; a batch that finds it empty is answered with 429 and Retry-After in whole
 * seconds (gRPC: RESOURCE_EXHAUSTED with RetryInfo), and is not received.
 */
export const throttle = {
  name: "throttle",
  about: "lets so many batches a second pass (token bucket of one second), answers the others with 429 and Retry-After",
  example: "throttle:100/s",
  fields,
  main: "rate",
  make: ({ rate }, { clock }) => {
    const capacity = Math.max(1, rate);
    let tokens = capacity;
    let at = clock.monotonicMs();
    return {
      decide: () => {
        const now = clock.monotonicMs();
        tokens = Math.min(capacity, tokens + ((now - at) * rate) / 1000);
        at = now;
        if (tokens < 1) return { type: "refuse", status: 429, retryAfterMs: ((1 - tokens) / rate) * 1000 };
        tokens--;
        return ACCEPT;
      },
    };
  },
} satisfies ConditionKind<typeof fields>;
