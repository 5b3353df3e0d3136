import { UserError } from "../base/problem.ts";
import type { Plan } from "../plan/trial.ts";
import { writeTraces } from "../simulate/write.ts";
import { checkOutput } from "./output.ts";
import type { Session } from "./session.ts";

/**
 * For `--record FILE`: writes the traces of one trial, of which everything was kept. It is the first
 * latency trial of `always_on`, or the first of another phase where latency is not measured: one trial,
 * since requests are numbered anew in each.
 */
export function recorderFor(plan: Plan, file: string): Pick<Session, "onEvidence"> {
  const whole = new Set(plan.variants.filter(({ sampler }) => sampler === "always_on").map(({ name }) => name));
  const candidates = plan.trials.filter(({ variant }) => whole.has(variant));
  const chosen = candidates.find(({ phase }) => phase === "latency") ?? candidates[0];
  if (chosen === undefined) {
    throw new UserError(
      `--record "${file}": a recording is made of always_on, which is not measured; leave out --no-reference`,
    );
  }
  checkOutput("--record", file);
  return {
    onEvidence: async (trial, evidence) => {
      if (trial.id === chosen.id) await writeTraces(file, evidence);
    },
  };
}
