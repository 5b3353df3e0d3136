import { phaseRow, rateOf as ratePerSecond, type Phase } from "../spec/phases.ts";
import { formatDuration } from "../base/units.ts";
import { targetNode, UNKNOWN_NODE, type Results } from "../record/results.ts";
import { commitText, serviceText } from "./commits.ts";
import { countText, percentText, plain } from "./format.ts";
import { floorFor } from "../estimate/calibration.ts";
import type { Fact } from "./report.ts";
import { byPhases, phaseSentence } from "./phase-sentence.ts";
import { sharedAxes, type Run } from "./run.ts";

/** What is the same for every row: shown once, above the tables. */
export function constantsOf(run: Run): Fact[] {
  const { results } = run;
  const { scenario, plan } = results;
  const shared = [...sharedAxes(plan.variants)].map(([label, value]) => ({ label, value }));
  return [
    { label: "scenario", value: scenario.name },
    ...conditionsOf(results, [...instrumentedOf(results), ...shared, { label: "rounds", value: roundsText(run) }]),
    ...noiseFloorOf(run),
  ];
}

/** Of each phase that has a rate: figures of one phase must not be read at the rate of another. */
function rateOf(results: Pick<Results, "environment" | "scenario" | "plan">): Fact[] {
  const { environment, scenario } = results;
  if (environment.observed !== undefined)
    return [{ label: "rate", value: `${countText(scenario.ratePerSecond)} requests/s to a replica` }];
  const open = scenario.phases.filter((phase) => phaseRow(phase).loop === "open");
  const rates = byPhases(open, (phase) => plain(ratePerSecond(scenario, phase, results.plan.variants.length)));
  return open.length === 0 ? [] : [{ label: "rate", value: `${rates} requests/s, ${scenario.arrivals}` }];
}

/** The target and its load, Node and CPU: what two runs must have in common; `own` stands in between. */
export function conditionsOf(
  results: Pick<Results, "environment" | "scenario" | "records" | "plan">,
  own: readonly Fact[] = [],
): Fact[] {
  const { target, driver } = results.scenario;
  return [
    { label: "target", value: target.text },
    ...(driver.kind.engine === undefined ? [] : [{ label: "driver", value: driver.text }]),
    ...own,
    ...rateOf(results),
    ...machineOf(results),
  ];
}

/** What the service ran on; of one that was observed, where its figures come from. */
export function machineOf(results: Pick<Results, "environment" | "records" | "scenario">): Fact[] {
  const { observed, cpu } = results.environment;
  if (observed !== undefined) return [{ label: "prometheus", value: observed.prometheus }];
  return [...runtimeOf(results), { label: "cpu", value: `${cpu.model}, ${cpu.cores} cores` }];
}

/** A service with an SDK of its own does not report its Node, which may be none: then the kind of target may know. */
function runtimeOf(results: Pick<Results, "environment" | "records" | "scenario">): Fact[] {
  const node = targetNode(results);
  if (node !== UNKNOWN_NODE) return [{ label: "node", value: node }];
  const { runtime } = results.scenario.target.kind;
  return runtime === undefined ? [] : [{ label: "runtime", value: runtime }];
}

/** The libraries that were instrumented in the target; by instrumentation, if several are compared. */
function instrumentedOf({ records, plan }: Results): Fact[] {
  const found = Map.groupBy(
    records.filter(({ instrumented }) => instrumented !== undefined),
    ({ trial }) => plan.variants.find(({ id }) => id === trial.variant)?.instrumentation?.text ?? "",
  );
  const lists = [...found]
    .map(([list, group]) => ({ list, names: new Set(group.flatMap(({ instrumented }) => instrumented!)) }))
    .toSorted((one, other) => other.names.size - one.names.size);
  const [most] = lists;
  return lists.map(({ list, names }) => {
    const isPart = list !== most!.list && names.isSubsetOf(most!.names);
    const shown = [...(isPart ? most!.names.difference(names) : names)].toSorted().join(", ");
    const part = shown === "" ? "the same" : `the same without ${shown}`;
    return {
      label: lists.length > 1 ? `instrumented by ${list}` : "instrumented",
      value: isPart ? part : shown || "nothing",
    };
  });
}

/** Half-width that two equal services show over this run's target and rounds, if `calibrate` measured that target. */
function noiseFloorOf(run: Run): Fact[] {
  const { environment, scenario } = run.results;
  const { noiseFloor } = environment;
  const halfWidth = noiseFloor && floorFor(noiseFloor, scenario.target.text, roundsOf(run, "cost"));
  if (noiseFloor === undefined || halfWidth === undefined) return [];
  const value = `±${percentText(halfWidth)} of CPU per request (A/A, ${roundsOf(run, "cost")} rounds, ${noiseFloor.calibratedAt.slice(0, 10)})`;
  return [{ label: "noise floor", value }];
}

/** `Collector 0.161.0`, a fact for each program that stood between service and sink. */
export function collectorsOf({ plan, records }: Pick<Results, "plan" | "records">): Fact[] {
  const found = records.flatMap(({ trial, collector }) => {
    const title = plan.variants.find(({ id }) => id === trial.variant)?.collector?.kind.program?.title;
    if (title === undefined || collector === undefined) return [];
    return [{ label: title.replace("the ", ""), version: collector.version ?? "unknown" }];
  });
  return [...Map.groupBy(found, ({ label }) => label)].map(([label, same]) => ({
    label,
    value: [...new Set(same.map(({ version }) => version))].toSorted().join(", "),
  }));
}

/** Machine and software. */
export function settingOf(results: Pick<Results, "environment" | "scenario" | "plan" | "records">): Fact[] {
  const { environment, scenario } = results;
  return [
    { label: "measured", value: environment.startedAt },
    {
      label: "spantoll",
      value: `${environment.spantoll}, ${commitText(environment)}${environment.ownNode === undefined ? "" : `, on Node ${environment.ownNode}`}`,
    },
    ...(environment.service ? [{ label: "service", value: serviceText(environment.service, scenario) }] : []),
    ...(environment.observed === undefined ? machineSettingOf(results) : []),
    ...collectorsOf(results),
    { label: "seed", value: String(scenario.seed) },
  ];
}

function machineSettingOf(results: Pick<Results, "environment" | "records" | "scenario">): Fact[] {
  const { os, memoryBytes, pinning, cpu, packages, otels } = results.environment;
  const isOurs = otels === undefined && targetNode(results) !== UNKNOWN_NODE;
  const isMeasured = ([name]: [string, string]): boolean => isOurs || !/^@(?:opentelemetry|fastify)\//.test(name);
  const brought = Object.fromEntries(Object.entries(packages).filter(isMeasured));
  return [
    { label: "os", value: os },
    { label: "memory", value: `${(memoryBytes / 2 ** 30).toFixed(1)} GiB` },
    {
      label: "cores",
      value: pinning === undefined ? "not pinned" : `target on ${pinning.target}, driver and sink on ${pinning.others}`,
    },
    ...(cpu.governors.length > 0
      ? [{ label: "frequency governor", value: [...new Set(cpu.governors)].join(", ") }]
      : []),
    ...Object.entries({ packages: brought, ...otels }).map(([of, versions]) => ({
      label: of === "packages" ? of : `packages of otel ${of}`,
      value: Object.entries(versions)
        .map(([name, version]) => `${name} ${version}`)
        .join(", "),
    })),
  ];
}

/** How it was measured, a sentence each. */
export function methodOf(run: Run): string[] {
  const { scenario, notes, environment } = run.results;
  const methods = new Set(
    run.estimates.filter((estimate) => estimate.low !== undefined).map((estimate) => estimate.method),
  );
  const confidence = new Set(run.estimates.map((estimate) => estimate.confidence));
  const windows = scenario.phases.map(
    (phase) => `${phase} ${roundsOf(run, phase)} of ${formatDuration(scenario.durationMs[phase])}`,
  );
  return [
    scenario.about,
    ...scenario.phases.map((phase) => `${phase}: ${phaseSentence(run.results, phase)}`),
    `${roundsOf(run)} rounds, ${processesOf(run.results)}; measured windows: ${windows.join(", ")}.`,
    ...(methods.size > 0
      ? [`Intervals (${[...confidence].map((level) => `${level * 100} %`).join(", ")}): ${[...methods].join("; ")}.`]
      : []),
    environment.observed === undefined
      ? "The sink counts unique span ids; the ledger of the target and the spans received must agree to the span."
      : "Nothing is extrapolated between scrapes: each counter's growth is divided by the time between its first and last scrape in the window.",
    ...notes,
  ].filter((sentence) => sentence !== "");
}

function processesOf({ environment, scenario, plan }: Results): string {
  if (scenario.target.kind.address !== undefined) return "all of one process that ran before and after";
  const whole = plan.sharesProcesses === true ? " for all its phases" : "";
  return `each with fresh processes${whole}${environment.observed ? "" : " in shuffled order"}`;
}

/** `6`, or by phase if they differ: `cost 8, latency and capacity 4`. */
function roundsText(run: Run): string {
  const { phases } = run.results.scenario;
  const counts = new Set(phases.map((phase) => roundsOf(run, phase)));
  return counts.size > 1 ? byPhases(phases, (phase) => String(roundsOf(run, phase))) : String(roundsOf(run));
}

/** Of all phases, or of one. */
function roundsOf({ results }: Run, phase?: Phase): number {
  const trials = results.records
    .map(({ trial }) => trial)
    .filter((trial) => phase === undefined || trial.phase === phase);
  return new Set(trials.map(({ round }) => round)).size;
}
