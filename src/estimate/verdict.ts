/**
 * The verdict on a comparison. On the scale of the claim (logarithms of ratios, or plain differences), on which positive
 * is worse, with the threshold as its margin:
 *
 *   regression    differs from 0 (t test, Holm-adjusted p < α), and its center is at or beyond +margin
 *   improvement   the same on the other side
 *   equivalent    proven to be within ±margin: two one-sided tests (Schuirmann 1987), Holm-adjusted p < α; that is, the
 *                 1 − 2α interval (at the adjusted α) lies within the margins
 *   inconclusive  none of these
 *
 * So a regression is real at level α and, by the best figure there is, large enough to matter; it is not proven that its
 * true size is beyond the threshold. Both families (does it differ, is it equivalent) are corrected by Holm (1979) over
 * all claims of one report: the chance of any false difference in it is at most α, and so is that of any false
 * `equivalent`. The shape (interval against a threshold, three outcomes and "unsure") is tachometer's.
 */
import { z } from "zod";
import type { Warning } from "../record/trial-record.ts";
import type { Metric } from "../record/metric.ts";
import { holm, differenceP, equivalenceP, type Contrast, studentQuantile } from "./statistics/student.ts";

/** Below this many rounds there are numbers, but no verdict. */
export const MIN_ROUNDS = 4;
/** What so many rounds would not settle needs a quieter machine. */
const MOST_ROUNDS_ADVISED = 30;

export const verdictSchema = z.enum(["regression", "improvement", "equivalent", "inconclusive"]);
export type Verdict = z.infer<typeof verdictSchema>;

/** A comparison that is to have a verdict: positive is worse. */
export interface Claim {
  readonly worse: Contrast;
  readonly margin: number;
  readonly scale: Metric["scale"];
}

export interface Decision {
  readonly verdict?: Verdict;
  readonly warnings: readonly Warning[];
}

/**
 * The verdicts on all claims of one report as one family, at error rate `alpha`. They come in the order of the claims.
 * A claim that was the same in every round, such as no lost spans on either side, is no test and makes the others no
 * stricter.
 */
export function decide(claims: readonly Claim[], alpha: number): Decision[] {
  const ripe = claims.filter((claim) => claim.worse.n >= MIN_ROUNDS);
  const decided = new Map<Claim, Decision>();
  for (const claim of ripe.filter(isSame)) decided.set(claim, { verdict: "equivalent", warnings: [] });
  const family = ripe.filter((claim) => !isSame(claim));
  const differs = holm(family.map((claim) => differenceP(claim.worse)));
  const equivalent = holm(family.map((claim) => equivalenceP(claim.worse, claim.margin)));
  family.forEach((claim, i) => {
    const verdict = verdictOf(claim, differs[i]! < alpha, equivalent[i]! < alpha);
    const warnings = verdict === "inconclusive" ? [inconclusive(claim, alpha, family.length)] : [];
    decided.set(claim, { verdict, warnings });
  });
  return claims.map((claim) => decided.get(claim) ?? { warnings: [fewRounds(claim)] });
}

function isSame({ worse }: Claim): boolean {
  return worse.mean === 0 && worse.standardError === 0;
}

function verdictOf({ worse, margin }: Claim, differs: boolean, equivalent: boolean): Verdict {
  if (equivalent) return "equivalent";
  if (differs && worse.mean >= margin) return "regression";
  if (differs && worse.mean <= -margin) return "improvement";
  return "inconclusive";
}

function fewRounds({ worse }: Claim): Warning {
  return {
    code: "few-rounds",
    message: `no verdict from fewer than ${MIN_ROUNDS} rounds (here ${worse.n})`,
    fix: `--rounds ${MIN_ROUNDS} or more; invalid and failed trials do not count`,
  };
}

function inconclusive(claim: Claim, alpha: number, family: number): Warning {
  const corrected = family > 1 ? ` (corrected for ${family} comparisons)` : "";
  const masked =
    differenceP(claim.worse) < alpha && Math.abs(claim.worse.mean) >= claim.margin
      ? "; by itself the interval would exclude no difference"
      : "";
  const { outlook, fix } = outlookOf(claim, alpha / family);
  return {
    code: "inconclusive",
    message: `${claim.worse.n} rounds do not settle it${corrected}${masked}; ${outlook}`,
    fix,
  };
}

/**
 * How many rounds would settle the claim if center and spread stayed the same: enough to exclude 0 if the center is at or
 * beyond the margin, enough to prove it within the margin otherwise. If that takes too many: why, and what helps instead.
 */
function outlookOf({ worse, margin, scale }: Claim, alpha: number): { outlook: string; fix: string } {
  const isBeyond = Math.abs(worse.mean) >= margin;
  const room = isBeyond ? Math.abs(worse.mean) : margin - Math.abs(worse.mean);
  const spread = worse.standardError * Math.sqrt(worse.n);
  // two files have more degrees of freedom than rounds
  const dfOf = (n: number): number => (worse.df * (n - 1)) / (worse.n - 1);
  const halfWidth = (n: number): number =>
    (studentQuantile(1 - (isBeyond ? alpha / 2 : alpha), dfOf(n)) * spread) / Math.sqrt(n);
  for (let n = MIN_ROUNDS; n <= MOST_ROUNDS_ADVISED; n++) {
    if (halfWidth(n) < room) return { outlook: `about ${n} would do at this spread`, fix: `--rounds ${n}` };
  }
  const atMost = halfWidth(MOST_ROUNDS_ADVISED);
  const percent = (claimed: number): string => {
    const share = scale === "log" ? Math.expm1(claimed) : claimed;
    return `${Number((share * 100).toPrecision(2))} %`;
  };
  return atMost < margin
    ? {
        outlook: `it is too near the threshold of ${percent(margin)} for ${MOST_ROUNDS_ADVISED} to decide on which side`,
        fix: "a longer --duration narrows it; it is about as large as the threshold",
      }
    : {
        outlook: `${MOST_ROUNDS_ADVISED} would still leave ±${percent(atMost)}, and the threshold is ${percent(margin)}`,
        fix: "use a quieter machine or a longer --duration; more rounds alone are not enough",
      };
}

/**
 * Rounds that would put the whole interval of a figure on one side of a limit, if its center and spread stayed the same;
 * undefined if that takes too many.
 */
export function roundsToSettle({ center, low, high, n }: Interval, limit: number): number | undefined {
  const [room, halfWidth] = center < limit ? [limit - center, high - center] : [center - limit, center - low];
  const widthOf = (rounds: number): number => studentQuantile(0.975, rounds - 1) / Math.sqrt(rounds);
  for (let rounds = n + 1; rounds <= MOST_ROUNDS_ADVISED; rounds++)
    if ((halfWidth * widthOf(rounds)) / widthOf(n) < room) return rounds;
  return undefined;
}

interface Interval {
  readonly center: number;
  readonly low: number;
  readonly high: number;
  /** At least 2. */
  readonly n: number;
}
