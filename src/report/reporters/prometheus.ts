import { measuredCommit } from "../../record/results.ts";
import type { Report, ReportedEstimate } from "../report.ts";
import { lostSpans, sampledSpans, type SpanFate } from "../span-fate.ts";

/** Prometheus wants base units: the suffix of an estimate's unit, and the factor. */
const UNITS: Readonly<Record<string, { readonly suffix: string; readonly factor: number }>> = {
  ns: { suffix: "seconds", factor: 1e-9 },
  us: { suffix: "seconds", factor: 1e-6 },
  ms: { suffix: "seconds", factor: 1e-3 },
  bytes: { suffix: "bytes", factor: 1 },
  share: { suffix: "ratio", factor: 1 },
  ratio: { suffix: "ratio", factor: 1 },
};
type Labels = Readonly<Record<string, string>>;

interface Sample {
  readonly name: string;
  readonly help: string;
  readonly unit?: string;
  readonly labels: Labels;
  readonly value: number;
}

/**
 * All figures in the text format of OpenMetrics 1.0, which Prometheus reads: gauges only. An estimate is three samples
 * with the label `bound`: `center`, `low`, `high`.
 */
export function renderPrometheus(report: Report): string {
  const samples = [
    ...samplesOfRun(report),
    ...report.spans.flatMap(({ phase, variant, fate }) => samplesOfSpans({ phase, variant }, fate)),
    ...report.estimates.flatMap(samplesOfEstimate),
  ];
  const families = [...Map.groupBy(samples, ({ name }) => name).values()];
  return `${families.map(familyText).join("")}# EOF\n`;
}

function gauge(name: string, help: string, labels: Labels, value: number): Sample {
  return { name: `spantoll_${name}`, help, labels, value };
}

function samplesOfRun({ environment, run, trials: { planned, endings, unexplainedSpans } }: Report): Sample[] {
  const { node, spantoll, cpu, observed, startedAt } = environment;
  const { commit } = measuredCommit(environment);
  const machine = observed === undefined ? cpu.model : "unknown";
  const labels = { ...run, started_at: startedAt, commit, node, spantoll, cpu: machine };
  const unexplained = "Spans that no cause accounts for, in all trials: a bug.";
  return [
    gauge("run_info", "What was measured, and on which machine.", labels, 1),
    gauge("trials_planned", "Trials of the plan.", {}, planned),
    ...Object.entries(endings).map(([ending, value]) =>
      gauge("trials_ended", "Trials by how they ended.", { ending }, value),
    ),
    ...(unexplainedSpans === undefined ? [] : [gauge("spans_unexplained", unexplained, {}, unexplainedSpans)]),
  ];
}

function samplesOfSpans(labels: Labels, fate: SpanFate): Sample[] {
  const states = {
    started: fate.started,
    not_sampled: fate.notSampled,
    sampled: sampledSpans(fate),
    sampled_out: fate.sampledOut,
    received: fate.received,
    kept_locally: fate.keptLocally,
    lost: lostSpans(fate),
  };
  const help =
    "Spans by where they went; started = not_sampled + sampled. A Collector dropped sampled_out of the sampled by its policy.";
  return [
    ...Object.entries(states).map(([state, value]) => gauge("spans", help, { ...labels, state }, value)),
    ...fate.lost.map(({ cause, spans }) =>
      gauge("spans_lost", "Sampled spans that did not arrive, by cause.", { ...labels, cause }, spans),
    ),
  ];
}

function samplesOfEstimate({ phase, variant, against, verdict, metric, unit, ...bounds }: ReportedEstimate): Sample[] {
  const { suffix, factor } = UNITS[unit.split("/")[0]!] ?? { suffix: "", factor: 1 };
  const labels = { phase, variant, metric, ...(against !== undefined && { against }) };
  const name = ["spantoll", ...wordsOf(metric), against === undefined ? "" : "against", suffix]
    .filter((word) => word !== "")
    .join("_");
  const samples = (["center", "low", "high"] as const).flatMap((bound): Sample[] => {
    const value = bounds[bound];
    if (value === undefined) return [];
    const help = `Estimate over rounds${against === undefined ? "" : ", against another variant"}.`;
    return [{ name, help, unit: suffix, labels: { ...labels, bound }, value: value * factor }];
  });
  if (verdict === undefined) return samples;
  return [...samples, gauge("verdict", "1 for the verdict on a metric.", { ...labels, verdict }, 1)];
}

/** `cpuUsPerRequest` is `cpu per request`; a class or route after a colon is left to the label. */
function wordsOf(metric: string): string[] {
  const words = metric
    .split(":", 1)[0]!
    .split(/(?=[A-Z])|[^A-Za-z0-9]+/)
    .map((word) => word.toLowerCase());
  return words.filter((word) => word !== "" && !Object.hasOwn(UNITS, word));
}

function familyText(samples: readonly Sample[]): string {
  const { name, help, unit = "" } = samples[0]!;
  const lines = samples.map(({ labels, value }) => `${name}${labelsText(labels)} ${Number(value.toPrecision(12))}`);
  const unitLine = unit === "" ? [] : [`# UNIT ${name} ${unit}`];
  return `${[`# TYPE ${name} gauge`, ...unitLine, `# HELP ${name} ${escaped(help)}`, ...lines].join("\n")}\n`;
}

function labelsText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

function escaped(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}
