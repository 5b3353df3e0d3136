/**
 * What a comparison lets one say. On the scale of the claim (logarithms of ratios, or plain differences), where
 * positive is worse, with the threshold as its margin:
 *
 *   regression    differs from 0 (t test, Holm-adjusted p < α), and its center is at or beyond +margin
 *   improvement   the same on the other side
 *   equivalent    proven to be within ±margin: two one-sided tests (Schuirmann 1987), Holm-adjusted p < α,
 *                 which is to say that the 1 − 2α interval (at the adjusted α) lies within the margins
 *   inconclusive  none of these
 *
 * So a regression is real at level α and, by the best figure there is, large enough to matter; it is not proven that
 * its true size is beyond the threshold. Both families (does it differ, is it equivalent) are corrected by Holm
 * (1979) over all claims of one report: the chance of any false difference in it is at most α, and the chance of any
 * false `equivalent` is at most α. The shape (interval against a threshold, three outcomes and "unsure") is
 * tachometer's; the equivalence test is what lets "no difference" be a finding.
 */
import type { Phase } from "../plan/trial.ts";
import type { Warning } from "../record/trial-record.ts";
import type { Verdict } from "./estimate.ts";
import type { Metric } from "./metrics.ts";
import { studentQuantile } from "./statistics/distributions.ts";
import { holm } from "./statistics/holm.ts";
import { differenceP, equivalenceP, type Contrast } from "./statistics/student.ts";

/** Below this many rounds there are numbers, but no verdict. */
export const MIN_ROUNDS = 4;
/** Nobody is advised to take more rounds than this: what they would not settle needs a quieter machine, not patience. */
const MOST_ROUNDS_ADVISED = 30;

/** A comparison that a verdict is asked of: positive is worse. */
export interface Claim {
  readonly phase: Phase;
  readonly worse: Contrast;
  readonly margin: number;
  readonly scale: Metric["scale"];
}

export interface Judgement {
  readonly verdict?: Verdict;
  readonly warnings: readonly Warning[];
}

/**
 * Judges all claims of one report as one family, at error rate `alpha`. Judgements come in the order of the claims.
 * What was the same in every round, as where neither lost a span, is no test, and makes the others no stricter.
 */
export function judge(claims: readonly Claim[], alpha: number): Judgement[] {
  const ripe = claims.filter((claim) => claim.worse.n >= MIN_ROUNDS);
  const judged = new Map<Claim, Judgement>();
  for (const claim of ripe.filter(isSame)) judged.set(claim, { verdict: "equivalent", warnings: [] });
  const family = ripe.filter((claim) => !isSame(claim));
  const differs = holm(family.map((claim) => differenceP(claim.worse)));
  const equivalent = holm(family.map((claim) => equivalenceP(claim.worse, claim.margin)));
  family.forEach((claim, i) => {
    const verdict = verdictOf(claim, differs[i]! < alpha, equivalent[i]! < alpha);
    const warnings = verdict === "inconclusive" ? [inconclusive(claim, alpha, family.length)] : [];
    judged.set(claim, { verdict, warnings });
  });
  return claims.map((claim) => judged.get(claim) ?? { warnings: [fewRounds(claim)] });
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
    fix: `--rounds ${MIN_ROUNDS} or more; void and failed trials do not count`,
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
 * How many rounds would settle the claim if center and spread stayed as they are: enough to tell it from 0 where the
 * center is at or beyond the margin, enough to prove it within the margin otherwise. Where that is out of reach, why,
 * and what helps instead.
 */
function outlookOf({ phase, worse, margin, scale }: Claim, alpha: number): { outlook: string; fix: string } {
  const beyond = Math.abs(worse.mean) >= margin;
  const room = beyond ? Math.abs(worse.mean) : margin - Math.abs(worse.mean);
  const spread = worse.standardError * Math.sqrt(worse.n);
  // a trimmed mean has fewer degrees of freedom than rounds, two files have more
  const dfOf = (n: number): number => (worse.df * (n - 1)) / (worse.n - 1);
  const halfWidth = (n: number): number =>
    (studentQuantile(1 - (beyond ? alpha / 2 : alpha), dfOf(n)) * spread) / Math.sqrt(n);
  const atMost = halfWidth(MOST_ROUNDS_ADVISED);
  if (atMost < room) {
    let [few, enough] = [MIN_ROUNDS - 1, MOST_ROUNDS_ADVISED];
    while (enough - few > 1) {
      const middle = (few + enough) >> 1;
      if (halfWidth(middle) < room) enough = middle;
      else few = middle;
    }
    return { outlook: `about ${enough} would do at this spread`, fix: `--rounds ${enough}` };
  }
  const percent = (claimed: number): string => {
    const share = scale === "log" ? Math.expm1(claimed) : claimed;
    return `${Number((share * 100).toPrecision(2))} %`;
  };
  // how long a part is measured is not the user's to say
  const longer = phase === "micro" ? [] : ["a longer --duration"];
  return atMost < margin
    ? {
        outlook: `it is too near the threshold of ${percent(margin)} for ${MOST_ROUNDS_ADVISED} to tell on which side`,
        fix: [...longer.map((one) => `${one} narrows it`), "that it is about the threshold is known without"].join(
          "; ",
        ),
      }
    : {
        outlook: `${MOST_ROUNDS_ADVISED} would still leave ±${percent(atMost)}, and the threshold is ${percent(margin)}`,
        fix: `${["a quieter machine", ...longer].join(" or ")}; more rounds alone will not do`,
      };
}
