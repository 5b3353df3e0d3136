import type { Advice } from "../../estimate/advise/advise.ts";
import type { ConstraintName, Standing } from "../../estimate/advise/constraints.ts";
import type { Estimate } from "../../estimate/estimate.ts";
import type { Judged } from "../../estimate/advise/choose.ts";
import type { Traffic } from "../../estimate/advise/project.ts";
import { rateOf } from "../../plan/plan.ts";
import type { Results } from "../../record/results.ts";
import { plain } from "../format.ts";
import type { Fact, Report } from "../report.ts";
import { runOf } from "../run.ts";
import { caveatsOf as caveatsOfRun } from "../headline.ts";
import { codesText, warningsOf } from "../warnings.ts";
import { batchTable } from "./batch.ts";
import { caveatsOf } from "./caveats.ts";
import { CONSTRAINTS } from "./constraints.ts";
import { nobodyTitle } from "./left-out.ts";
import { isByCollector, judgedTable, projectionTable } from "./tables.ts";

/** Advice as a report: the choice in a sentence, then what it rests on. Pure. */
export function buildAdvice(results: Results, estimates: readonly Estimate[], advice: Advice): Report {
  const { environment, records, plan } = results;
  const endings = { completed: 0, aborted: 0, failed: 0 };
  for (const { ending } of records) endings[ending]++;
  return {
    title: titleOf(advice),
    caveats: [...healthOf(results, estimates), ...caveatsOf(advice)],
    environment,
    constants: constantsOf(results, advice),
    tables: [...judgedTable(advice), ...projectionTable(advice), ...batchTable(advice)],
    charts: [],
    warnings: [],
    method: [],
    setting: [],
    estimates: [],
    spans: [],
    trials: { planned: plan.trials.length, endings },
  };
}

/** How the run went that the advice rests on, in a line; nothing where it went well. */
function healthOf(results: Results, estimates: readonly Estimate[]): string[] {
  const warnings = warningsOf(runOf(results, estimates), []);
  const warned =
    warnings.length === 0 ? [] : [`The run was warned of ${codesText(warnings)}: npm run report explains them.`];
  const told = [...caveatsOfRun(results), ...warned];
  return told.length === 0 ? [] : [told.join(" ")];
}

function titleOf({ choice, judged, considered }: Advice): string {
  if (considered.length === 0) return nobodyTitle(judged);
  if (choice.chosen === undefined) return impossibleTitle(choice.nearest, considered.length);
  const { chosen, rule } = choice;
  const told = chosen.standings.map(standingClause).join(", ");
  const how = isByCollector(chosen.candidate) ? " in a Collector, with always_on in the services" : "";
  return `Use ${chosen.candidate.variant.id}${how}${told === "" ? "" : `: ${told}`}. Why this one: ${rule}.`;
}

function standingClause({ name, figure }: Standing): string {
  return `${CONSTRAINTS[name].target} ${figure === undefined ? "unknown" : CONSTRAINTS[name].text(figure)}`;
}

function impossibleTitle(nearest: Judged | undefined, count: number): string {
  const near = nearest === undefined ? "" : ` Nearest: ${nearest.candidate.variant.id}, which ${missesOf(nearest)}.`;
  const who =
    count === 1 ? "The one variant that was considered does not meet" : `None of ${count} variants considered meets`;
  return `${who} every constraint.${near}`;
}

function missesOf({ standings }: Judged): string {
  const misses = standings.filter(({ state }) => state === "missed" || state === "unknown");
  return misses.map(missText).join(" and ");
}

function missText({ name, limit, by }: Standing): string {
  const { option, limitText } = CONSTRAINTS[name];
  if (by === undefined) return `has no figure for ${option}`;
  return `misses ${option} ${limitText(limit)} by ${CONSTRAINTS[name].byText(by)}`;
}

/** `375 requests/s (3,000 spans/s, 8 for each request)` */
function trafficText({ requestsPerSecond, spansPerRequest }: Traffic): string {
  const requests = `${plain(requestsPerSecond)} requests/s`;
  if (spansPerRequest === undefined) return requests;
  return `${requests} (${plain(requestsPerSecond * spansPerRequest)} spans/s, ${plain(spansPerRequest)} for each request)`;
}

function constantsOf({ scenario, environment, plan }: Results, { wishes, judged }: Advice): Fact[] {
  const measuredAt = scenario.phases.map((phase) =>
    phase === "capacity" ? phase : `${phase} ${plain(rateOf(scenario, phase, plan.variants.length))} requests/s`,
  );
  const { traffic, limits } = wishes;
  const asked = (Object.entries(limits) as [ConstraintName, number][]).map(
    ([name, limit]) => `${CONSTRAINTS[name].option} ${CONSTRAINTS[name].limitText(limit)}`,
  );
  const instances =
    traffic && (traffic.instances ?? judged.find(({ projection }) => projection)?.projection?.instances);
  const assumed = traffic?.instances === undefined ? " (as many as keep each at the measured rate)" : "";
  return [
    { label: "target", value: scenario.target.text },
    ...(measuredAt.length > 0 ? [{ label: "measured at", value: measuredAt.join(", ") }] : []),
    { label: "node", value: environment.node },
    { label: "cpu", value: environment.cpu.model },
    ...(asked.length > 0 ? [{ label: "constraints", value: asked.join(", ") }] : []),
    ...(traffic === undefined
      ? []
      : [
          {
            label: "traffic",
            value: `${trafficText(traffic)} on ${instances ?? "?"} ${instances === 1 ? "instance" : "instances"}${assumed}`,
          },
        ]),
  ];
}
