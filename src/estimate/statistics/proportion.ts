import jStat from "jstat";
import { studentQuantile, type Bounds } from "./student.ts";
import { total } from "../../base/sum-of.ts";

/**
 * The exact binomial interval (Clopper and Pearson 1934) of a share seen as `successes` in `trials`, which need not be
 * whole. Never covers less often than `confidence`, at 0 and at all too. Throws a RangeError if the counts are
 * impossible.
 */
export function binomialInterval(successes: number, trials: number, confidence: number): Bounds {
  if (!(trials > 0 && successes >= 0 && successes <= trials)) {
    throw new RangeError(`${successes} of ${trials} is not a share`);
  }
  const tail = (1 - confidence) / 2;
  if (trials - successes < ROUNDING * trials) return { low: tail ** (1 / trials), high: 1 };
  return {
    // far below one trial the quantile is 0 or 1, which the library has no number for
    low: successes === 0 ? 0 : jStat.beta.inv(tail, successes, trials - successes + 1) || 0,
    high: jStat.beta.inv(1 - tail, successes + 1, trials - successes) || 1,
  };
}

/** A share this near to 0 or 1 is 0 or 1, but for the rounding of sums of weights. */
const ROUNDING = 1e-12;

/** `kept` of `offered`. */
export interface Count {
  readonly kept: number;
  readonly offered: number;
}

/**
 * The interval of a share counted in several rounds, of which each may have a share of its own: Clopper and Pearson's at
 * the effective sample size, after Korn and Graubard (1998), Confidence intervals for proportions with small expected
 * number of positive counts estimated from survey data, Survey Methodology 24, 193–201; a round is what they call a
 * cluster. With p = Σ kept / N and N = Σ offered over R rounds,
 *
 *     v = R / (R − 1) · Σ (kept − p · offered)² / N²          the variance of p between rounds
 *     n = p (1 − p) / v · (z / t)², and at most N             z normal, t Student's with R − 1 degrees of freedom
 *
 * So it is Student's if rounds differ by more than chance, and the exact binomial if they do not. If all rounds kept all,
 * or none, it has the width that N trials leave: 111 of 111 is [0.967, 1]. It holds for events that are decided one by one,
 * and for rounds like those seen: what hits a whole round, and hit none of them, is not in it (`lostSeries` is for such).
 * Rounds of the very same counts, neither none nor all, may be one record copied, and count as one. In simulation it covers 95 to 99 of
 * 100 for 2 to 10 rounds, rare and common events, equal and unequal rounds (proportion.test.ts).
 * Undefined for a single round. Throws a RangeError if no round offers anything.
 */
export function shareInterval(rounds: readonly Count[], confidence: number): Bounds | undefined {
  if (rounds.length < 2) return undefined;
  const kept = total(rounds, (round) => round.kept);
  const offered = total(rounds, (round) => round.offered);
  const share = kept / offered;
  const squares = total(rounds, (round) => (round.kept - share * round.offered) ** 2);
  const variance = ((rounds.length / (rounds.length - 1)) * squares) / offered ** 2;
  const quantile = (1 + confidence) / 2;
  const widening = studentQuantile(quantile, rounds.length - 1) / jStat.normal.inv(quantile, 0, 1);
  const between = (share * (1 - share)) / variance / widening ** 2;
  const [first, ...others] = rounds;
  const isOneCopied = others.every((other) => other.kept === first!.kept && other.offered === first!.offered);
  // rounding can leave a variance of 1e-33 if all rounds kept all, or none
  const isAtEdge = share < ROUNDING || 1 - share < ROUNDING;
  const most = isOneCopied && !isAtEdge ? first!.offered : offered;
  const size = isAtEdge || variance === 0 ? most : Math.min(most, between);
  return binomialInterval(Math.min(share, 1) * size, size, confidence);
}
