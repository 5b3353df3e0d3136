/** What a report of parts says in words: they have no service, no rate, and nothing to be compared with. */
import type { Results } from "../record/results.ts";
import { figureText } from "./format.ts";
import type { Fact } from "./report.ts";
import type { Run } from "./run.ts";

/** No phase under load: the run measured parts of tracing. */
export function isMicro({ scenario, plan }: Pick<Results, "scenario" | "plan">): boolean {
  return scenario.phases.length === 0 && plan.trials.some(({ phase }) => phase === "micro");
}

const TOLD: readonly (readonly [string, string])[] = [
  ["span/recorded-child", "starting and ending a recorded span"],
  ["span/unsampled", "one that is not sampled"],
  ["span/attribute", "an attribute"],
  ["export/otlp-protobuf", "a span to protobuf"],
];

/** The answer in a sentence: what the parts cost that every request is made of. */
export function microTitle(run: Run): string {
  const told = TOLD.flatMap(([name, what]) => {
    const estimate = run.find("micro", name, "cpuNsPerOp");
    return estimate === undefined ? [] : [`${what} ${figureText(estimate)}`];
  });
  const parts = run.variants.length - 1;
  const count = `${parts} ${parts === 1 ? "part" : "parts"} of tracing`;
  return told.length === 0 ? `${count}, each by itself.` : `${count}, in ns of CPU: ${told.join(", ")}.`;
}

export function microConstants(run: Run): Fact[] {
  const { environment, records } = run.results;
  const yardstick = run.find("micro", "none", "cpuNsPerOp");
  return [
    { label: "processes for each part", value: String(new Set(records.map(({ trial }) => trial.round)).size) },
    { label: "node", value: environment.node },
    { label: "cpu", value: `${environment.cpu.model}, ${environment.cpu.cores} cores` },
    ...(yardstick === undefined ? [] : [{ label: "yardstick", value: `${figureText(yardstick)} ns` }]),
  ];
}

export function microMethod({ results, estimates }: Run): string[] {
  const { warmupMs } = results.scenario;
  const methods = new Set(estimates.filter(({ low }) => low !== undefined).map(({ method }) => method));
  return [
    "Each part runs in a process of its own, in shuffled order, and intervals are over processes; code is compiled and garbage collected by the measured thread, with a young generation of 4 MB a half.",
    `The clock is the CPU time of all threads of the process: ${warmupMs.cost} ms of warm-up, then ${samplesText(results)}, whose median is the figure: most hold no garbage collection.`,
    "After every sample a yardstick is timed, a fixed piece of work without tracing; figures are given at the speed that the yardstick had over the whole round, and comparisons are of ratios to it.",
    ...[...methods].map((method) => `Intervals: ${method}.`),
    ...results.notes,
  ];
}

/** How many samples there were of how long, by each part's median: shorter ones where it can be done only so often at once. */
function samplesText({ records }: Pick<Results, "records">): string {
  const measured = records.flatMap(({ micro }) => micro?.measured ?? []);
  if (measured.length === 0) return "samples";
  const lengthsMs = measured.map(({ nsPerOp, opsPerSample }) => (nsPerOp * opsPerSample) / 1e6);
  return `${rangeText(measured.map(({ samples }) => samples))} samples of ${rangeText(lengthsMs)} ms`;
}

function rangeText(values: readonly number[]): string {
  const [least, most] = [Math.min(...values), Math.max(...values)].map((value) => Number(value.toPrecision(2)));
  return least === most ? String(least) : `${least} to ${most}`;
}
