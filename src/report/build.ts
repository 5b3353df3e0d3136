import type { Estimate } from "../estimate/estimate.ts";
import { PHASES, phaseSchema } from "../spec/phases.ts";
import { targetNode, type Results } from "../record/results.ts";
import { flamesOf, frontChart, orderChart, percentileChart } from "./charts/charts.ts";
import { verdictWord } from "./format.ts";
import { lossesByPhase } from "./clauses/loss.ts";
import { constantsOf, methodOf, settingOf } from "./facts.ts";
import { trialsOf } from "./health.ts";
import { caveatsOf, headlineOf } from "./headline.ts";
import type { Report } from "./report.ts";
import { runOf } from "./run.ts";
import { spanFate } from "./span-fate.ts";
import { collectorTable, spansTable } from "./tables/spans.ts";
import { contrastTable, priceTable } from "./tables/contrasts.ts";
import { dashboardTable, incidentTable, keptDetailTables, keptTable, placementTable } from "./tables/kept.ts";
import { loadTable, phaseTables, resourceTable } from "./tables/phases.ts";
import { profileTable, profiledInstrumentations } from "./tables/profile.ts";
import { specificationTable } from "./tables/specification.ts";
import { failedTable } from "./tables/trials.ts";
import { warningsOf } from "./warnings.ts";

/** Results and their estimates as a report. Pure; what a run did not measure is left out. */
export function buildReport(results: Results, estimates: readonly Estimate[]): Report {
  const run = runOf(results, estimates);
  const [first, ...others] = PHASES.map(({ name }) => phaseTables(run, name));
  const tables = [
    ...placementTable(run),
    ...first!,
    ...dashboardTable(run),
    ...keptTable(run),
    ...spansTable(run),
    ...collectorTable(run),
    ...priceTable(run),
    ...contrastTable(run),
    ...loadTable(run),
    ...others.flat(),
    ...profileTable(run),
    ...profiledInstrumentations(run),
    ...incidentTable(run),
    ...specificationTable(run),
    ...failedTable(results.records, run.labelOf),
    ...resourceTable(run),
    ...keptDetailTables(run),
  ];
  return {
    title: headlineOf(run),
    caveats: [...caveatsOf(results), ...lossesByPhase(run)],
    environment: { ...results.environment, node: targetNode(results) },
    constants: constantsOf(run),
    tables,
    charts: [...frontChart(run), ...orderChart(run), ...percentileChart(run)],
    flames: flamesOf(run),
    warnings: warningsOf(run, tables),
    method: methodOf(run),
    setting: settingOf(results),
    estimates: estimates.map((estimate) => {
      const toBaseline = run.variants.some(({ id, role }) => id === estimate.against && role === "baseline");
      return { ...estimate, verdict: verdictWord(estimate, toBaseline) };
    }),
    run: { scenario: results.scenario.name, target: results.scenario.target.text },
    spans: run.variants.flatMap(({ id }) =>
      phaseSchema.options.flatMap((phase) => {
        const fate = spanFate(run.usable(id, phase));
        return fate === undefined ? [] : [{ phase, variant: id, fate }];
      }),
    ),
    trials: trialsOf(results.records, results.plan.trials.length),
  };
}
