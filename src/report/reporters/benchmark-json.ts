import type { Report, ReportedEstimate } from "../report.ts";

/** An entry of the collections that github-action-benchmark and OpenTelemetry's repositories keep. */
interface Entry {
  readonly name: string;
  readonly unit: string;
  readonly value: number;
  readonly extra: string;
}

/** One entry for each figure, with its interval, its rounds and the machine in `extra`. */
export function renderBenchmarkJson(report: Report): string {
  const entries = report.estimates.map((estimate) => entryOf(report, estimate));
  return `${JSON.stringify(entries, undefined, 2)}\n`;
}

function entryOf({ environment }: Report, estimate: ReportedEstimate): Entry {
  const { phase, variant, metric, unit, against, center, low, high, confidence, n, verdict } = estimate;
  const interval = low === undefined || high === undefined ? "no interval" : `${confidence * 100} % [${low}, ${high}]`;
  const change = unit === "ratio" ? "ratio" : "difference";
  const { node, spantoll, cpu } = environment;
  const machine = environment.observed === undefined ? [`${cpu.model}, ${cpu.cores} cores`] : [];
  const facts = [interval, `${n} rounds`, ...(verdict ? [verdict] : []), `node ${node}`, ...machine];
  return {
    name: `${phase}: ${metric} of ${variant}${against === undefined ? "" : `, ${change} to ${against}`}`,
    unit,
    value: center,
    extra: [...facts, `spantoll ${spantoll}`].join("; "),
  };
}
