import { UserError } from "../../base/problem.ts";
import type { Plan } from "../../plan/trial.ts";
import { writeTraces } from "../../simulate/write.ts";
import { checkOutput, type OutputRules } from "../output-file.ts";
import type { Session } from "./session.ts";

/**
 * For `--record FILE`: writes the traces of the first latency trial of `always_on`, or of its first trial if latency is
 * not measured. One trial only, because request numbers start again in each.
 */
export function recordTraces(plan: Plan, file: string, rules: OutputRules): Pick<Session, "onEvidence"> {
  const whole = new Set(plan.variants.filter(({ sampler }) => sampler.text === "always_on").map(({ id }) => id));
  const candidates = plan.trials.filter(({ variant }) => whole.has(variant));
  const chosen = candidates.find(({ phase }) => phase === "latency") ?? candidates[0];
  if (chosen === undefined) {
    throw new UserError(`--record "${file}": records always_on, which is not measured; leave out --no-reference`);
  }
  checkOutput("--record", file, rules);
  return {
    onEvidence: async (trial, evidence) => {
      if (trial.id === chosen.id) await writeTraces(file, evidence);
    },
  };
}
