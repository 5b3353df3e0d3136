import { PHASES, phaseRow, type Phase } from "../../spec/phases.ts";
import { total } from "../../base/sum-of.ts";
import { thresholdIn, type Metric } from "../../record/metric.ts";
import { METRICS } from "../../record/metrics.ts";
import { mean } from "../../estimate/statistics/student.ts";
import { plain, verdictText, verdictWord } from "../format.ts";
import { unknownCollectors } from "../clauses/cost.ts";
import { CPU, THROUGHPUT, baselineName, isUntried, type Run, type ShownVariant } from "../run.ts";
import type { Table, Cell } from "../report.ts";
import { phaseSentence, phaseText, rateText } from "../phase-sentence.ts";
import { figures, metricTable, words, type MetricColumn, countCell, estimateCell, shownTable } from "./table.ts";

/** One table a phase: its metrics, and the change of the one that has a verdict in it. */
export function phaseTables(run: Run, phase: Phase): Table[] {
  const { title } = phaseRow(phase);
  const metrics = METRICS.filter(
    (metric) => metric.column?.table === "phase" && metric.phases.includes(phase) && !isJudgedElsewhere(metric, phase),
  );
  const about = `${phaseSentence(run.results, phase)} ${loadText(run, phase)}`;
  return metricTable(
    run,
    {
      id: phase,
      // of several rates
      title: phaseText(run.results, phase) === phase ? title : `${title} at ${rateText(run, phase)}`,
      about,
      phase,
      notes: [
        ...untriedNote(run, phase),
        ...(phase === CPU.phase ? [...unknownCollectors(run), ...speedNote(run), ...instructionsNote(run)] : []),
      ],
    },
    metrics.flatMap((metric) => columnsIn(run, metric, phase)),
    (_, { id }) => (isUntried(run, phase, id) ? "no valid trial" : undefined),
  );
}

/** How many rounds of each variant count, if one has none. */
function untriedNote(run: Run, phase: Phase): string[] {
  const counts = run.variants.map(({ id, label }) => ({ label, rounds: run.usable(id, phase).length }));
  if (!run.variants.some(({ id }) => isUntried(run, phase, id)) || counts.every(({ rounds }) => rounds === 0))
    return [];
  const planned = new Set(run.results.plan.trials.filter((one) => one.phase === phase).map(({ round }) => round)).size;
  return [`Rounds that count, of ${planned}: ${counts.map(({ label, rounds }) => `${label} ${rounds}`).join("; ")}.`];
}

function loadText(run: Run, phase: Phase): string {
  const { connections } = run.results.scenario;
  const { loop } = phaseRow(phase);
  if (loop === "none") return "";
  return loop === "open" ? `${rateText(run, phase)} to each.` : `${connections[phase]} connections.`;
}

function isJudgedElsewhere(metric: Metric, phase: Phase): boolean {
  return metric.threshold !== undefined && thresholdIn(metric, phase) === undefined;
}

function columnsIn(run: Run, metric: Metric, phase: Phase): MetricColumn[] {
  const { name, threshold, compared, baseline, column } = metric;
  const change = (run: Run, { id }: ShownVariant) => run.compare("baseline", phase, id, name);
  const added = (heading: string): MetricColumn => ({
    ...figures(heading, column!.unit),
    pick: (...of) => change(...of).difference,
  });
  const against: MetricColumn = {
    ...figures(`against ${baselineName(run.results)}`),
    pick: (...of) => change(...of).ratio,
  };
  const own = ownColumn(metric, phase);
  if ((threshold === undefined || column?.isBrief === true) && compared?.includes(phase) === true)
    return [own, baseline === undefined ? against : added("both added")];
  if (thresholdIn(metric, phase) === undefined) return [own];
  const sideBySide = phaseRow(phase).layout === "side by side" ? [added("added")] : [];
  return [
    own,
    ...sideBySide,
    against,
    { ...against, ...words("verdict"), text: (ratio) => verdictText(ratio, verdictWord(ratio, true)) },
  ];
}

function ownColumn({ name, title, column }: Metric, phase: Phase): MetricColumn {
  return {
    ...figures(column?.title ?? title, column?.unit),
    pick: (run, { id }) => run.find(phase, id, name),
  };
}

/** Rounds that differ by less are no change of the machine's speed. */
const STEADY = 1.05;

/** How far the machine's speed changed: pairing by round keeps it out of changes, but not out of absolute figures. */
function speedNote(run: Run): string[] {
  const baseline = run.variants.find(({ role }) => role === "baseline");
  const own = baseline === undefined ? [] : run.usable(baseline.id, CPU.phase);
  const costs = own.flatMap(({ resources }) => resources?.cpuUsPerRequest ?? []);
  const range = [Math.min(...costs), Math.max(...costs)] as const;
  if (costs.length < 2 || range[1] < STEADY * range[0]) return [];
  const [least, most] = range.map(plain);
  return [
    `The machine's speed changed: ${baseline!.label} took ${least} to ${most} µs, by round. CPU/request contains that. What tracing adds does not: it is compared within each round.`,
  ];
}

function instructionsNote({ results }: Run): string[] {
  if (results.environment.observed !== undefined) return [];
  const isCounted = results.records.some(({ resources }) => resources?.instructionsPerRequest !== undefined);
  return isCounted
    ? []
    : ["Instructions per request: not counted. That needs perf with hardware counters on the machine that measures."];
}

/** Of the first phase that was run. */
export function resourceTable(run: Run): Table[] {
  const phase = PHASES.map(({ name }) => name).find((name) => run.results.scenario.phases.includes(name));
  if (phase === undefined) return [];
  const columns = METRICS.filter(({ column }) => column?.table === "resources").map((metric) =>
    ownColumn(metric, metric.phases.includes(phase) ? phase : metric.phases[0]!),
  );
  const about = `The targets in the ${phase} phase: resident memory, heap after a garbage collection (only if processes end), span data on the wire with repeated exports, GC in the window; event-loop delay of a variant alone.`;
  const notes = unknownNote(run);
  return metricTable(run, { id: "resources", title: "Memory, wire and event loop", about, notes }, columns);
}

/** What only the processes themselves know, if they do not report it. */
function unknownNote({ results }: Run): string[] {
  const resources = results.records.flatMap((record) => record.resources ?? []);
  const unknown = METRICS.filter(
    ({ name }) => (name === "heapBytes" || name === "gcMs") && resources.every((known) => known[name] === undefined),
  ).map(({ title }) => title);
  return unknown.length === 0 ? [] : [`${unknown.join(" and ")} unknown: the target does not report them.`];
}

/** CPU per request at the load of each phase; only if a phase other than `cost` was run. */
export function loadTable(run: Run): Table[] {
  const phases = run.results.scenario.phases;
  if (phases.every((phase) => phase === CPU.phase)) return [];
  const rows = run.variants.flatMap((variant) => phases.flatMap((phase) => rowOf(run, variant, phase)));
  return shownTable({
    id: "load",
    title: "Cost over load",
    about:
      "A busy process spends less CPU on each request, and tracing adds about the same: so a percentage holds at one load. 1 µs per request is 0.001 cores at 1,000 requests/s. At capacity each variant carries as much as it can. Own cores: CPU of that variant's processes alone, with all their threads.",
    columns: [
      ...["variant", "phase"].map((title) => words(title)),
      ...["requests/s", "own cores"].map((title) => figures(title)),
      ...["CPU/request", "added"].map((title) => figures(title, "µs")),
      figures(`against ${baselineName(run.results)}`),
    ],
    rows,
    notes: phases.flatMap((phase) => sharedCoreNote(run, phase)),
  });
}

/** Side by side, of all variants together, which is what the warning `target-busy` is about. */
function sharedCoreNote(run: Run, phase: Phase): string[] {
  const own = run.variants.map(({ id }) => ownCores(run, id, phase));
  if (phaseRow(phase).layout !== "side by side" || own.length < 2 || !own.every(Number.isFinite)) return [];
  if (run.results.environment.observed !== undefined) return [];
  return [
    `Own cores: of each variant alone. In the phase ${phaseText(run.results, phase)} they share a core, and all ${own.length} together take ${coresText(total(own, (cores) => cores))} cores.`,
  ];
}

/** Mean of the valid trials; NaN without any. */
function ownCores(run: Run, id: string, phase: Phase): number {
  return mean(run.usable(id, phase).flatMap(({ resources }) => resources?.targetCoreShare ?? []));
}

const coresText = (cores: number): string => cores.toFixed(2);

function rowOf(run: Run, { id, label }: ShownVariant, phase: Run["results"]["scenario"]["phases"][number]): Cell[][] {
  const own = run.find(phase, id, CPU.name);
  if (own === undefined) return [];
  const { ratio, difference } = run.compare("baseline", phase, id, CPU.name);
  const trials = run.usable(id, phase);
  const rate =
    run.find(phase, id, THROUGHPUT.name)?.center ?? mean(trials.flatMap(({ load }) => load?.requestsPerSecond ?? []));
  const cores = ownCores(run, id, phase);
  return [
    [
      { text: label },
      { text: phase },
      countCell(rate),
      { text: coresText(cores), value: cores },
      ...[own, difference, ratio].map((estimate) => estimateCell(estimate)),
    ],
  ];
}
