import type { Comparison } from "../../estimate/compare.ts";
import type { Estimate } from "../../estimate/estimate.ts";
import type { Thresholds } from "../../estimate/metrics.ts";
import type { Results } from "../../record/results.ts";
import type { TrialRecord } from "../../record/trial-record.ts";
import { isMicro } from "../micro.ts";

/** One of the two that are compared: a results file, or a build. */
export interface ComparedSide {
  /** As the user named it: a file, or a commit. */
  readonly label: string;
  /** What it is: the commit, and when it was measured. */
  readonly about: string;
  readonly records: readonly TrialRecord[];
}

/** A finished comparison, ready to be worded. */
export interface ComparisonInput {
  /** `moments`: two files, each corrected by its own `none`. `builds`: two builds, measured in the same rounds. */
  readonly design: "moments" | "builds";
  readonly base: ComparedSide;
  readonly candidate: ComparedSide;
  readonly comparisons: readonly Comparison[];
  readonly thresholds: Thresholds;
  /** What makes the two unlike, and was overruled by `--anyway`. */
  readonly differences: readonly string[];
  /** Whether both are one file: nothing but its own noise can come of that. */
  readonly isOneFile: boolean;
  readonly onlyInBase: readonly string[];
  readonly onlyInCandidate: readonly string[];
  /** The candidate's run: the setting that is told is its own. */
  readonly run: Pick<Results, "environment" | "scenario" | "records" | "plan" | "notes">;
  /** What a variant is called in the tables. */
  readonly variantLabel: (variant: string) => string;
}

/** How the machine's drift is kept out of the comparison. */
export function correctionOf({ design, run }: ComparisonInput): string {
  if (isMicro(run))
    return "Two files are two moments: what is compared is each part's ratio to the yardstick of its file (none), round by round, so that what changed on the machine between them cancels. none itself shows that drift, and gets no verdict.";
  return design === "moments"
    ? "Two files are two moments: each figure is divided by the same file's none, round by round, so that what changed on the machine between them cancels. none itself shows that drift, and gets no verdict."
    : "Both builds ran in the same rounds, side by side in the cost phase, and are compared round by round: no correction for drift is needed.";
}

/** `none` between two moments: what it changed by is the machine's drift, not a finding. */
export function isDrift({ design }: Pick<ComparisonInput, "design">, { variant }: Pick<Estimate, "variant">): boolean {
  return design === "moments" && variant === "none";
}
