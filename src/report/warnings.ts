import type { Estimate } from "../estimate/index.ts";
import type { Warning } from "../record/index.ts";
import { rangedMessage, shapeOf } from "./alike.ts";
import { METRIC } from "./metrics.ts";
import type { WarningGroup } from "./report.ts";
import type { Run } from "./run.ts";

interface Told {
  readonly warning: Warning;
  /** Of an estimate: its phase. */
  readonly phase?: string;
  /** The variant, and for a trial its id. */
  readonly label: string;
}

const SHOWN: ReadonlySet<string> = new Set(Object.values(METRIC));

/** The warnings of trials and of the estimates in the tables, by code, messages that differ in numbers only as one, with where they occurred; those that void come first. */
export function groupWarnings(run: Run): WarningGroup[] {
  const told = warningsOf(run);
  return [...Map.groupBy(told, ({ warning }) => warning.code)]
    .map(([code, group]) => ({
      code,
      voids: group.some(({ warning }) => warning.voids === true),
      cases: [...Map.groupBy(group, ({ warning }) => shapeOf(warning.message)).values()].map((same) => ({
        message: rangedMessage(same.map(({ warning }) => warning.message)),
        cure: rangedMessage(same.map(({ warning }) => warning.cure)),
        where: placesOf(same),
      })),
    }))
    .toSorted((a, b) => Number(b.voids) - Number(a.voids));
}

function warningsOf(run: Run): Told[] {
  const labels = new Map(run.variants.map(({ name, label }) => [name, label]));
  const label = (variant: string): string => labels.get(variant) ?? variant;
  const shown = (estimate: Estimate): boolean => SHOWN.has(estimate.metric);
  const ofTrials = run.results.records.flatMap(({ warnings, trial }) =>
    warnings.map((warning) => ({ warning, label: `${trial.id} (${label(trial.variant)})` })),
  );
  const ofEstimates = run.estimates
    .filter(shown)
    .flatMap(({ warnings, variant, phase }) => warnings.map((warning) => ({ warning, phase, label: label(variant) })));
  return [...ofTrials, ...ofEstimates];
}

/** Trials one by one; of estimates a phase each: `cost: none, always_on`. */
function placesOf(told: readonly Told[]): string[] {
  return [...Map.groupBy(told, ({ phase }) => phase)].flatMap(([phase, same]) => {
    const labels = [...new Set(same.map(({ label }) => label))];
    return phase === undefined ? labels : [`${phase}: ${labels.join(", ")}`];
  });
}
