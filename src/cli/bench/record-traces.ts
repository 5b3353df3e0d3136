import { UserError } from "../../base/problem.ts";
import { collectorFiles } from "../../collector/collector-kind.ts";
import { collectorFacts, readConfigurationFile } from "../../collector/configuration.ts";
import type { Plan, Variant } from "../../plan/trial.ts";
import type { TrialRecord } from "../../record/trial-record.ts";
import { rateOption } from "../../spec/phases.ts";
import { writeTraces } from "../../simulate/write.ts";
import { checkOutput } from "../output-file.ts";
import type { Session } from "./session.ts";

/**
 * For `--record FILE`: writes the traces of every latency trial of `always_on`, or of each of its first phase if latency
 * is not measured. No Collector may have sampled them. `written` says how much that was, and if the driver was late.
 */
export function recordTraces(
  plan: Plan,
  file: string,
  force: boolean | undefined,
): Pick<Session, "onEvidence"> & { readonly written: (records: readonly TrialRecord[]) => string } {
  const whole = new Set(plan.variants.filter(keepsAll).map(({ id }) => id));
  const candidates = plan.trials.filter(({ variant }) => whole.has(variant));
  const first = candidates.find(({ phase }) => phase === "latency") ?? candidates[0];
  if (first === undefined) {
    throw new UserError(
      `--record "${file}": records always_on without a Collector that samples, which is not measured; leave out --no-reference, or add --collector none`,
    );
  }
  const chosen = new Set(
    candidates.filter(({ phase, variant }) => phase === first.phase && variant === first.variant).map(({ id }) => id),
  );
  checkOutput("--record", file, force);
  let [trials, traces] = [0, 0];
  return {
    onEvidence: async (trial, evidence) => {
      if (!chosen.has(trial.id)) return;
      traces += await writeTraces(file, evidence, { append: trials > 0 });
      trials++;
    },
    written: (records) => {
      const late = records.filter(
        ({ trial, warnings }) => chosen.has(trial.id) && warnings.some(({ code }) => code === "driver-late"),
      ).length;
      const text = `${file}: ${traces} traces of ${trials} ${first.phase} trials of ${first.variant}`;
      if (late === 0) return text;
      return `${text}; in ${late} of them the driver was late (driver-late), so its times may be off: do not ask for --min-slow; lower ${rateOption(first.phase)} and record again`;
    },
  };
}

function keepsAll({ sampler, collector }: Variant): boolean {
  const files = collector && collectorFiles(collector);
  return sampler.text === "always_on" && (!files || !readConfigurationFile(files, collectorFacts).samples);
}
