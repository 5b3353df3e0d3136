import type { Estimate } from "../estimate/estimate.ts";
import { phaseSchema } from "../plan/trial.ts";
import type { Results } from "../record/results.ts";
import { frontChart } from "./charts/front.ts";
import { overheadChart } from "./charts/overhead.ts";
import { percentilesChart } from "./charts/percentiles.ts";
import { spansChart } from "./charts/spans.ts";
import { isMicro, microConstants, microMethod, microTitle } from "./micro.ts";
import type { Report } from "./report.ts";
import { runOf, type Run } from "./run.ts";
import { constantsOf, methodOf, settingOf } from "./setting.ts";
import { spanFate } from "./spans.ts";
import { incidentTable, keptTable } from "./tables/kept.ts";
import { keptDetailTables } from "./tables/kept-details.ts";
import { microTables } from "./tables/micro.ts";
import { capacityTable, costTable, latencyTable, resourceTable } from "./tables/phases.ts";
import { spansTable } from "./tables/spans.ts";
import { failedTable } from "./tables/trials.ts";
import { caveatsOf, titleOf } from "./title.ts";
import { groupWarnings } from "./warnings.ts";

const TABLES = [
  costTable,
  latencyTable,
  capacityTable,
  spansTable,
  keptTable,
  incidentTable,
  keptDetailTables,
  resourceTable,
  microTables,
  failedTable,
];
const CHARTS = [overheadChart, percentilesChart, spansChart, frontChart];

/** Results and their estimates as a report. Pure; what a run has no figures for is left out. */
export function buildReport(results: Results, estimates: readonly Estimate[]): Report {
  const run = runOf(results, estimates);
  const isOfParts = isMicro(results);
  return {
    title: isOfParts ? microTitle(run) : titleOf(run),
    caveats: caveatsOf(results),
    constants: isOfParts ? microConstants(run) : constantsOf(run),
    tables: TABLES.flatMap((table) => table(run)),
    charts: CHARTS.flatMap((chart) => chart(run)),
    warnings: groupWarnings(run),
    method: isOfParts ? microMethod(run) : methodOf(run),
    setting: settingOf(run),
    ...countsOf(run),
  };
}

/** What needs no wording: enough for metrics, and quick enough to be asked for while a run goes on. */
export function countsOf(run: Run): Pick<Report, "environment" | "estimates" | "spans" | "trials"> {
  const { environment, plan, records } = run.results;
  const spans = run.variants.flatMap(({ name }) =>
    phaseSchema.options.flatMap((phase) => {
      const fate = spanFate(run.finished(name, phase));
      return fate === undefined ? [] : [{ phase, variant: name, fate }];
    }),
  );
  const endings = { completed: 0, aborted: 0, failed: 0 };
  for (const { ending } of records) endings[ending]++;
  return { environment, estimates: run.estimates, spans, trials: { planned: plan.trials.length, endings } };
}
