import { baselineOf } from "../../plan/plan.ts";
import type { TracingChange } from "../../estimate/changes/tracing-change.ts";
import type { Comparison } from "../../estimate/compare.ts";
import type { Estimate } from "../../estimate/estimate.ts";
import type { Thresholds } from "../../record/metric.ts";
import type { Results } from "../../record/results.ts";
import type { TrialRecord } from "../../record/trial-record.ts";

/** A results file or a build that is compared. */
export interface ComparedSide {
  /** The name that the user gave: a file, or a commit. */
  readonly label: string;
  /** The commit, and when it was measured. */
  readonly about: string;
  readonly records: readonly TrialRecord[];
}

/** A finished comparison. */
export interface ComparisonInput {
  /** `moments`: two files, each corrected by its own `none`. `builds`: two builds, measured in the same rounds. */
  readonly design: "moments" | "builds";
  readonly base: ComparedSide;
  readonly candidate: ComparedSide;
  readonly comparisons: readonly Comparison[];
  /** Of two builds: what tracing adds in each. */
  readonly tracing: readonly TracingChange[];
  /** What could not be compared, and why. */
  readonly unavailable: readonly string[];
  readonly thresholds: Thresholds;
  /** Differences of the two runs that `--anyway` overruled. */
  readonly differences: readonly string[];
  readonly isOneFile: boolean;
  readonly onlyInBase: readonly string[];
  readonly onlyInCandidate: readonly string[];
  /** The candidate's run. */
  readonly run: Pick<Results, "environment" | "scenario" | "records" | "plan" | "notes">;
  readonly variantLabel: (variant: string) => string;
}

/** How the machine's drift is kept out of the comparison. */
export function correctionOf({ design, run }: ComparisonInput): string {
  const baseline = baselineOf(run.plan);
  return design === "moments"
    ? `Each figure is divided by the same file's ${baseline}, round by round, so that what changed on the machine between the files cancels. ${baseline} itself shows that drift, and gets no verdict.`
    : "Both builds ran in the same rounds, side by side in the cost phase, and are compared round by round.";
}

/** A change of the baseline between two moments is the machine's drift. */
export function isDrift(
  { design, run }: Pick<ComparisonInput, "design" | "run">,
  { variant }: Pick<Estimate, "variant">,
): boolean {
  return design === "moments" && variant === baselineOf(run.plan);
}
