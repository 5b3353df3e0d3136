import type { Estimate } from "../estimate/index.ts";
import type { Warning } from "../record/index.ts";
import { METRIC } from "./metrics.ts";
import type { WarningGroup } from "./report.ts";
import type { Run } from "./run.ts";

interface Told {
  readonly warning: Warning;
  /** Phase or trial, and the variant's label. */
  readonly scope: string;
  readonly label: string;
}

const SHOWN: ReadonlySet<string> = new Set(Object.values(METRIC));

/** The warnings of trials and of the estimates in the tables, by code, each message once with where it occurred; those that void come first. */
export function groupWarnings(run: Run): WarningGroup[] {
  const told = warningsOf(run);
  return [...Map.groupBy(told, ({ warning }) => warning.code)]
    .map(([code, group]) => ({
      code,
      voids: group.some(({ warning }) => warning.voids === true),
      cases: [...Map.groupBy(group, ({ warning }) => warning.message)].map(([message, same]) => ({
        message,
        cure: same[0]!.warning.cure,
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
    warnings.map((warning) => ({ warning, scope: `trial ${trial.id}`, label: label(trial.variant) })),
  );
  const ofEstimates = run.estimates
    .filter(shown)
    .flatMap(({ warnings, variant, phase }) =>
      warnings.map((warning) => ({ warning, scope: phase, label: label(variant) })),
    );
  return [...ofTrials, ...ofEstimates];
}

/** `cost: none, always_on`, one for each phase or trial. */
function placesOf(told: readonly Told[]): string[] {
  return [...Map.groupBy(told, ({ scope }) => scope)].map(
    ([scope, same]) => `${scope}: ${[...new Set(same.map(({ label }) => label))].join(", ")}`,
  );
}
