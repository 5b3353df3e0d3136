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
import type { Warning } from "../record/index.ts";
import type { Verdict } from "./estimate.ts";
import { studentQuantile } from "./statistics/distributions.ts";
import { holm } from "./statistics/holm.ts";
import { differenceP, equivalenceP, type Contrast } from "./statistics/student.ts";

/** Below this many rounds there are numbers, but no verdict. */
export const MIN_ROUNDS = 4;
const MAX_ROUNDS_NAMED = 1000;

/** A comparison that a verdict is asked of: positive is worse. */
export interface Claim {
  readonly worse: Contrast;
  readonly margin: number;
}

export interface Judgement {
  readonly verdict?: Verdict;
  readonly warnings: readonly Warning[];
}

/** Judges all claims of one report as one family, at error rate `alpha`. Judgements come in the order of the claims. */
export function judge(claims: readonly Claim[], alpha: number): Judgement[] {
  const ripe = claims.filter((claim) => claim.worse.n >= MIN_ROUNDS);
  const differs = holm(ripe.map((claim) => differenceP(claim.worse)));
  const equivalent = holm(ripe.map((claim) => equivalenceP(claim.worse, claim.margin)));
  const judged = new Map<Claim, Judgement>();
  ripe.forEach((claim, i) => {
    const verdict = verdictOf(claim, differs[i]! < alpha, equivalent[i]! < alpha);
    const warnings = verdict === "inconclusive" ? [inconclusive(claim, alpha, ripe.length)] : [];
    judged.set(claim, { verdict, warnings });
  });
  return claims.map((claim) => judged.get(claim) ?? { warnings: [fewRounds(claim, alpha)] });
}

function verdictOf({ worse, margin }: Claim, differs: boolean, equivalent: boolean): Verdict {
  if (equivalent || (worse.mean === 0 && worse.standardError === 0)) return "equivalent";
  if (differs && worse.mean >= margin) return "regression";
  if (differs && worse.mean <= -margin) return "improvement";
  return "inconclusive";
}

/**
 * How many rounds would settle the claim if center and spread stayed as they are: enough to tell it from 0 where the
 * center is at or beyond the margin, enough to prove it within the margin otherwise. Undefined where no number of up
 * to 1,000 would.
 */
function roundsToSettle({ worse, margin }: Claim, alpha: number): number | undefined {
  const beyond = Math.abs(worse.mean) >= margin;
  const room = beyond ? Math.abs(worse.mean) : margin - Math.abs(worse.mean);
  const tail = beyond ? alpha / 2 : alpha;
  const spread = worse.standardError * Math.sqrt(worse.n);
  const settles = (n: number): boolean => (studentQuantile(1 - tail, n - 1) * spread) / Math.sqrt(n) < room;
  if (!settles(MAX_ROUNDS_NAMED)) return undefined;
  let [few, enough] = [MIN_ROUNDS - 1, MAX_ROUNDS_NAMED];
  while (enough - few > 1) {
    const middle = (few + enough) >> 1;
    if (settles(middle)) enough = middle;
    else few = middle;
  }
  return enough;
}

function fewRounds(claim: Claim, alpha: number): Warning {
  const { n } = claim.worse;
  const rounds = n < 2 ? undefined : roundsToSettle(claim, alpha);
  const need = n < 2 ? `at least ${MIN_ROUNDS} are needed` : wouldDo(rounds);
  return {
    code: "few-rounds",
    message: `${n} ${n === 1 ? "round is" : "rounds are"} too few for a verdict; ${need}`,
    cure: `--rounds ${n < 2 ? MIN_ROUNDS : (rounds ?? MAX_ROUNDS_NAMED)}`,
  };
}

function inconclusive(claim: Claim, alpha: number, family: number): Warning {
  const rounds = roundsToSettle(claim, alpha / family);
  const corrected = family > 1 ? ` (corrected for ${family} comparisons)` : "";
  const masked =
    differenceP(claim.worse) < alpha && Math.abs(claim.worse.mean) >= claim.margin
      ? "; by itself the interval would exclude no difference"
      : "";
  return {
    code: "inconclusive",
    message: `${claim.worse.n} rounds do not settle it${corrected}${masked}; ${wouldDo(rounds)}`,
    cure: rounds === undefined ? "a quieter machine, a longer --duration, or a wider threshold" : `--rounds ${rounds}`,
  };
}

function wouldDo(rounds: number | undefined): string {
  return rounds === undefined
    ? `at this spread even ${MAX_ROUNDS_NAMED} would not do`
    : `about ${rounds} would do at this spread`;
}
