import type { Fidelity } from "../../record/fidelity.ts";
import { INCIDENT } from "../fidelity-columns.ts";
import { isUpperBound } from "../../estimate/fidelity/warnings.ts";
import { countText, errorText, shareText } from "../format.ts";
import { keptFigure } from "../kept.ts";
import { METRIC } from "../metrics.ts";
import type { Table } from "../report.ts";
import type { Run } from "../run.ts";
import { metricTable, ratioColumn, type MetricColumn } from "./columns.ts";
import { fidelityColumn } from "./kept-details.ts";

/** What each strategy keeps of what one would want to see, beside what it costs. */
export function keptTable(run: Run): Table[] {
  if (!run.variants.some((variant) => keptFigure(run, variant, METRIC.keptTraces) !== undefined)) return [];
  const about =
    "What the driver knows of every request, joined with what arrived. Brackets tell the strategy, not this sample: where its share would lie in further rounds. Rare routes have less than 5 % of the traffic; whole: of the traces that arrived, those with all their sampled spans. ≤: at most so many, where nobody knows which traces lack the spans that were lost.";
  const tables = metricTable(run, { id: "kept", title: "What sampling kept, and its cost", about }, [
    ratioColumn("cost", METRIC.cpu, "CPU against none"),
    kept(METRIC.keptTraces, "traces kept"),
    kept(METRIC.errorRecall, "failures kept"),
    kept(METRIC.tailRecall, "slowest 1 %"),
    kept(METRIC.rareRouteRecall, "rare routes"),
    kept(METRIC.shapeCoverage, "trace shapes"),
    kept(METRIC.wholeTraces, "whole"),
    { ...kept(METRIC.p99Error, "p99 error"), text: errorText },
  ]);
  return tables.map((table) => ({ ...table, notes: [...table.notes, ...shapelessNote(run), ...brokenNote(run)] }));
}

/** Only whole traces have a shape: where none is, there is nothing to be held against. */
function shapelessNote(run: Run): string[] {
  const isKnown = run.results.records.some(({ fidelity }) => fidelity !== undefined && fidelity.traces.whole > 0);
  return isKnown ? [] : ["trace shapes: not told, since no trace of any variant arrived whole."];
}

/** How many traces arrived in pieces, and how often because services did not decide alike. */
function brokenNote(run: Run): string[] {
  const broken = run.variants.flatMap(({ label, name }) => {
    const fidelities = run.finished(name).flatMap(({ fidelity }) => fidelity ?? []);
    const sum = (pick: (fidelity: Fidelity) => number): number =>
      fidelities.reduce((total, fidelity) => total + pick(fidelity), 0);
    const arrived = sum(({ traces }) => traces.arrived);
    const inPieces = arrived - sum(({ traces }) => traces.whole);
    if (inPieces === 0) return [];
    const disagreements = countText(sum(({ spans }) => spans.violations));
    // a trace that lacks a span without a name counts as whole
    const isLeast = run.estimates.some(
      (estimate) => estimate.variant === name && estimate.metric === METRIC.wholeTraces && isUpperBound(estimate),
    );
    return [
      `${label} ${isLeast ? "at least " : ""}${countText(inPieces)} of ${countText(arrived)} (disagreements ${disagreements})`,
    ];
  });
  if (broken.length === 0) return [];
  return [
    `broken traces, which arrived in part, over all trials: ${broken.join("; ")}. A disagreement: a service kept what its caller dropped or lost.`,
  ];
}

/** How long the scenario's incident went unseen; where a variant kept none of its failures, the time is missing. */
export function incidentTable(run: Run): Table[] {
  const { incident } = run.results.scenario;
  if (incident === undefined) return [];
  const about = `From ${incident.atMs / 1000} s into the window on, ${incident.share * 100} % of ${incident.route} became "${incident.class}": until the first failed request after that whose trace was kept had its answer.`;
  return metricTable(
    run,
    { id: "incident", title: "Until the incident was seen", about },
    INCIDENT.map(fidelityColumn),
  );
}

function kept(metric: string, title: string): MetricColumn {
  return { title, numeric: true, pick: (run, variant) => keptFigure(run, variant, metric), text: shareText };
}
