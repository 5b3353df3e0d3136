import { z } from "zod";
import { warningSchema } from "../record/trial-record.ts";
import { phaseSchema } from "../plan/trial.ts";

export const verdictSchema = z.enum(["regression", "improvement", "equivalent", "inconclusive"]);
export type Verdict = z.infer<typeof verdictSchema>;

/** A number with its interval. `low` and `high` are NaN-free: absent where there are too few rounds for an interval: one, or fewer than a verdict takes that leave a factor of two. */
export const estimateSchema = z.object({
  phase: phaseSchema,
  /** Canonical name of the variant. */
  variant: z.string(),
  /** For example `cpuUsPerRequest`, `responseTimeP99Ms`, `requestsPerSecond`, `spansLost`. */
  metric: z.string(),
  /** `us/request`, `ms`, `requests/s`, `bytes`, `spans`, `share`, or `ratio`. */
  unit: z.string(),
  center: z.number(),
  low: z.number().optional(),
  high: z.number().optional(),
  confidence: z.number(),
  /** Rounds it rests on. */
  n: z.int(),
  /** "student-t on log ratios over rounds", … */
  method: z.string(),
  /** The variant it is compared with; absent for an absolute figure. Unit `ratio`, or an absolute difference. */
  against: z.string().optional(),
  verdict: verdictSchema.optional(),
  warnings: z.array(warningSchema),
});
export type Estimate = z.infer<typeof estimateSchema>;
