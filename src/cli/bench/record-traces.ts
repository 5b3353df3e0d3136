import { UserError } from "../../base/problem.ts";
import type { Plan } from "../../plan/trial.ts";
import { writeTraces } from "../../simulate/write.ts";
import { checkOutput, type OutputRules } from "../output-file.ts";
import type { Session } from "./session.ts";

/**
 * For `--record FILE`: writes the traces of every latency trial of `always_on`, or of each of its first phase if latency
 * is not measured. `written` says how much that was.
 */
export function recordTraces(
  plan: Plan,
  file: string,
  rules: OutputRules,
): Pick<Session, "onEvidence"> & { readonly written: () => string } {
  const whole = new Set(plan.variants.filter(({ sampler }) => sampler.text === "always_on").map(({ id }) => id));
  const candidates = plan.trials.filter(({ variant }) => whole.has(variant));
  const first = candidates.find(({ phase }) => phase === "latency") ?? candidates[0];
  if (first === undefined) {
    throw new UserError(`--record "${file}": records always_on, which is not measured; leave out --no-reference`);
  }
  const chosen = new Set(
    candidates.filter(({ phase, variant }) => phase === first.phase && variant === first.variant).map(({ id }) => id),
  );
  checkOutput("--record", file, rules);
  let [trials, traces] = [0, 0];
  return {
    onEvidence: async (trial, evidence) => {
      if (!chosen.has(trial.id)) return;
      traces += await writeTraces(file, evidence, { append: trials > 0 });
      trials++;
    },
    written: () => `${file}: ${traces} traces of ${trials} ${first.phase} trials of ${first.variant}`,
  };
}
