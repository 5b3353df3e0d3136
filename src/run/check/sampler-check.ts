/** Whether a sampler keeps the share that was asked. */
import { expectedRange, TAIL } from "../gates/expected-range.ts";
import { count, ok, unknown, wrong, type Verdict } from "./check-line.ts";
import { tracesOf, type Observation } from "./observation.ts";

const FIX = "the sampler is set in code or command: let it read OTEL_TRACES_SAMPLER and OTEL_TRACES_SAMPLER_ARG";

/** `share`: undefined if the sampler has no fixed one. `isLossy`: fewer traces may arrive than it keeps. */
export function samplerVerdict(seen: Observation, share: number | undefined, isLossy: boolean): Verdict {
  const requests = count(seen.answered, "request");
  if (share === undefined) return unknown(`it answered ${requests}, and has no fixed share to compare with`);
  return shareVerdict(tracesOf(seen).served, seen.answered, share, isLossy);
}

/**
 * `wrong` if the exact binomial interval of the observed share excludes the asked one (Clopper and Pearson 1934). Otherwise
 * `ok` if a sampler that keeps nothing, or everything, would have been found wrong by so many requests.
 */
export function shareVerdict(kept: number, requests: number, share: number, isLossy = false): Verdict {
  const [low, high] = expectedRange(share, requests);
  const text = `${kept} of ${count(requests, "request")} kept, expected ${low === high ? low : `${low} to ${high}`}`;
  if (kept < low && isLossy) return unknown(`${text}: the queue may have lost the others`);
  if (kept < low || kept > high) return wrong(text, FIX);
  const isFixed = share === 0 || share === 1;
  if (isFixed || (low > 0 && high < requests)) return ok(text);
  const other = low === 0 ? "nothing" : "everything";
  return unknown(`${text}, as of a sampler that keeps ${other}: ${requestsToSettle(share)} requests would settle it`);
}

/** The number of requests that distinguishes a sampler with this share from one that keeps nothing, or everything. */
export function requestsToSettle(share: number): number {
  if (share <= 0 || share >= 1) return 1;
  return Math.floor(Math.log(TAIL) / Math.log1p(-Math.min(share, 1 - share))) + 1;
}
