import { UserError } from "../../base/problem.ts";
import { collectorFiles } from "../../collector/collector-kind.ts";
import { collectorFacts, readConfigurationFile } from "../../collector/configuration.ts";
import type { Plan } from "../../plan/plan.ts";
import type { Variant } from "../../plan/variant.ts";
import type { TrialRecord } from "../../record/trial-record.ts";
import { rateOption } from "../../spec/phases.ts";
import { markDriverLate, writeTraces } from "../../simulate/write.ts";
import { checkOutput } from "../output-file.ts";
import type { Session } from "./session.ts";

const ALL = "always_on";

/**
 * For `--record FILE`: writes the traces of every latency trial of `always_on`, or of each of its first phase if latency
 * is not measured. No Collector may have sampled them. `written` says how much that was, and if the driver was late; or why
 * there is no file.
 */
export function recordTraces(
  plan: Plan,
  file: string,
  force: boolean | undefined,
): Pick<Session, "onEvidence"> & { readonly written: (records: readonly TrialRecord[]) => Promise<string> } {
  const whole = new Set(plan.variants.filter(keepsAll).map(({ id }) => id));
  const candidates = plan.trials.filter(({ variant }) => whole.has(variant));
  const first = candidates.find(({ phase }) => phase === "latency") ?? candidates[0];
  if (first === undefined) {
    const isSampled = plan.variants.some(({ sampler }) => sampler.text === ALL);
    throw new UserError(
      `--record "${file}": records always_on without a Collector that samples, which is not measured; add ${isSampled ? "--collector none" : "--sampler always_on"}`,
    );
  }
  const chosen = new Set(
    candidates.filter(({ phase, variant }) => phase === first.phase && variant === first.variant).map(({ id }) => id),
  );
  checkOutput("--record", file, force);
  const recorded = new Set<string>();
  let traces = 0;
  return {
    onEvidence: async (trial, evidence) => {
      if (!chosen.has(trial.id)) return;
      traces += await writeTraces(file, evidence, { append: recorded.size > 0 });
      recorded.add(trial.id);
    },
    written: async (records) => {
      const about = `${first.phase} trials of ${first.variant}`;
      if (recorded.size === 0) {
        const tried = records.filter(({ trial }) => chosen.has(trial.id));
        return `${file} was not written: nothing of ${tried.length} ${about} can be recorded${whyNothing(tried)}`;
      }
      const late = records.filter(
        ({ trial, warnings }) => recorded.has(trial.id) && warnings.some(({ code }) => code === "driver-late"),
      ).length;
      const text = `${file}: ${traces} traces of ${recorded.size} ${about}`;
      if (late === 0) return text;
      await markDriverLate(file, late);
      return `${text}; in ${late} of them the driver was late (driver-late), so its times may be off: do not ask for --min-slow; lower ${rateOption(first.phase)} and record again`;
    },
  };
}

function whyNothing(records: readonly TrialRecord[]): string {
  const unnamed = records.flatMap(({ warnings }) => warnings).find(({ code }) => code === "requests-unnamed");
  return unnamed === undefined ? "" : `. ${unnamed.message}. Fix: ${unnamed.fix}`;
}

function keepsAll({ sampler, collector }: Variant): boolean {
  const files = collector && collectorFiles(collector);
  return sampler.text === ALL && (!files || !readConfigurationFile(files, collectorFacts).samples);
}
