/** Of each side: 99.9 % two-sided. */
export const TAIL = 0.0005;

/** The fewest and the most of so many requests that a sampler with this share keeps, but for chance: exact binomial. */
export function expectedRange(share: number, requests: number): readonly [low: number, high: number] {
  return [fewest(share, requests), requests - fewest(1 - share, requests)];
}

/** The smallest k for which the probability that k or fewer of so many requests are kept is at least `TAIL`. */
function fewest(share: number, requests: number): number {
  if (share <= 0) return 0;
  if (share >= 1) return requests;
  // logarithms, because the first terms of many requests are too small for a number
  let logTerm = requests * Math.log1p(-share);
  let sum = Math.exp(logTerm);
  let kept = 0;
  for (; sum < TAIL && kept < requests; kept++) {
    logTerm += Math.log(((requests - kept) / (kept + 1)) * (share / (1 - share)));
    sum += Math.exp(logTerm);
  }
  return kept;
}
