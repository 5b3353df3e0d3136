import { phaseRow } from "../../spec/phases.ts";
import type { Run } from "../run.ts";

/** Warnings that a service has another exporter, batch size or sampler than its variant asks for. */
const CODES = ["variant-without-effect", "kept-share"] as const;

/** The variants that a service does not obey in most trials at a given rate, valid or not: what has their name is of something else. */
export function disobedienceClause(run: Run): string | undefined {
  const found = run.variants.flatMap(({ id, label }) => {
    const trials = run.results.records.filter(
      ({ trial, ending }) => trial.variant === id && ending === "completed" && phaseRow(trial.phase).loop === "open",
    );
    const codes = CODES.filter((code) => {
      const warned = trials.filter(({ warnings }) => warnings.some((warning) => warning.code === code));
      return warned.length > trials.length / 2;
    });
    return codes.length === 0 ? [] : [`${label} (${codes.join(", ")})`];
  });
  return found.length === 0 ? undefined : `The service ignores ${found.join(", ")}`;
}
