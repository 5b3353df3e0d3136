import { planOf } from "../plan/plan.ts";
import type { TrialRecord } from "../record/trial-record.ts";
import { scenarioWith } from "../spec/scenario.fixture.ts";
import type { Deadline } from "./processes/deadline.ts";
import { runPlan } from "./run.ts";
import type { Setting } from "./setting.ts";

/** Runs the scenario with these options without `none`; returns the records, and why it stopped. */
export async function runWithoutNone(
  fields: object,
  {
    earlier = [],
    deadline,
    ...more
  }: { earlier?: readonly TrialRecord[]; deadline?: Deadline } & Partial<Setting> = {},
): Promise<{ records: TrialRecord[]; reasons: string[] }> {
  const scenario = scenarioWith(fields);
  const plan = planOf(scenario);
  const trials = plan.trials.filter(({ variant }) => variant !== "none");
  const variants = plan.variants.filter(({ id }) => id !== "none");
  const records: TrialRecord[] = [];
  const reasons: string[] = [];
  const events = {
    starting: () => undefined,
    finished: async (finished: readonly TrialRecord[]) => void records.push(...finished),
    extend: () => [],
    stopping: (reason: string) => void reasons.push(reason),
  };
  const setting = { scenario, plan: { ...plan, trials, variants }, ...more };
  await runPlan(setting, earlier, events, new AbortController().signal, deadline);
  return { records, reasons };
}
