import type { Estimate } from "../../estimate/estimate.ts";
import type { Results } from "../../record/results.ts";
import { countsOf } from "../build.ts";
import type { Report } from "../report.ts";
import { runOf } from "../run.ts";
import { lostSpans, sampledSpans } from "../spans.ts";
import type { ReporterKind } from "./kind.ts";

/** OpenMetrics and Prometheus want base units: what an estimate's unit becomes, and the factor. */
const UNITS: Readonly<Record<string, { readonly suffix: string; readonly factor: number }>> = {
  ns: { suffix: "seconds", factor: 1e-9 },
  us: { suffix: "seconds", factor: 1e-6 },
  ms: { suffix: "seconds", factor: 1e-3 },
  s: { suffix: "seconds", factor: 1 },
  bytes: { suffix: "bytes", factor: 1 },
  share: { suffix: "ratio", factor: 1 },
  ratio: { suffix: "ratio", factor: 1 },
};
/** Words of a metric's name that tell its unit, which the suffix tells again. */
const UNIT_WORDS = new Set(["ns", "us", "ms", "bytes", "ratio", "share"]);

type Labels = Readonly<Record<string, string>>;

interface Family {
  readonly help: string;
  readonly unit: string;
  readonly samples: { readonly labels: Labels; readonly value: number }[];
}

/**
 * All figures in the text format of OpenMetrics 1.0, gauges throughout, which Prometheus 0.0.4 parsers read as well.
 * An estimate is three samples told apart by `bound`: `center`, `low`, `high`.
 */
export function renderOpenMetrics(report: Pick<Report, "environment" | "estimates" | "spans" | "trials">): string {
  const families = new Map<string, Family>();
  const add = (name: string, help: string, unit: string, labels: Labels, value: number): void => {
    const family = families.get(name) ?? { help, unit, samples: [] };
    if (!families.has(name)) families.set(name, family);
    family.samples.push({ labels, value });
  };
  addRun(report, add);
  addSpans(report, add);
  for (const estimate of report.estimates) addEstimate(estimate, add);
  return `${[...families].map(([name, family]) => familyText(name, family)).join("")}# EOF\n`;
}

/** The same from what is known while a run still goes on. */
export function metricsText(results: Results, estimates: readonly Estimate[]): string {
  return renderOpenMetrics(countsOf(runOf(results, estimates)));
}

type Add = (name: string, help: string, unit: string, labels: Labels, value: number) => void;

function addRun({ environment, trials }: Pick<Report, "environment" | "trials">, add: Add): void {
  const { commit, node, spantoll, cpu } = environment;
  add("spantoll_run_info", "What was measured, and where.", "", { commit, node, spantoll, cpu: cpu.model }, 1);
  add("spantoll_trials_planned", "Trials the run is to have.", "", {}, trials.planned);
  for (const [ending, count] of Object.entries(trials.endings)) {
    add("spantoll_trials_ended", "Trials by how they ended.", "", { ending }, count);
  }
}

function addSpans({ spans }: Pick<Report, "spans">, add: Add): void {
  for (const { phase, variant, fate } of spans) {
    const put = (state: string, value: number): void =>
      add(
        "spantoll_spans",
        "Spans by where they went; started is the sum of not_sampled and sampled.",
        "",
        { phase, variant, state },
        value,
      );
    put("started", fate.started);
    put("not_sampled", fate.notSampled);
    put("sampled", sampledSpans(fate));
    put("received", fate.received);
    put("kept_locally", fate.keptLocally);
    put("lost", lostSpans(fate));
    put("unexplained", fate.residual);
    for (const { cause, spans: lost } of fate.lost) {
      add("spantoll_spans_lost", "Sampled spans that did not arrive, by cause.", "", { phase, variant, cause }, lost);
    }
  }
}

function addEstimate(estimate: Estimate, add: Add): void {
  const { phase, variant, metric, against, verdict } = estimate;
  const { name, suffix, factor } = namesOf(estimate);
  const labels = { phase, variant, ...(against === undefined ? {} : { against }) };
  const help =
    against === undefined ? `${metric}, estimated over rounds.` : `${metric} against that of another variant.`;
  for (const bound of ["center", "low", "high"] as const) {
    const value = estimate[bound];
    if (value !== undefined) add(name, help, suffix, { ...labels, bound }, value * factor);
  }
  if (verdict !== undefined) {
    add("spantoll_verdict", "1 for the verdict that was reached on a metric.", "", { ...labels, metric, verdict }, 1);
  }
}

/** `cpuUsPerRequest` in us/request is `spantoll_cpu_per_request_seconds`, and `…_against_ratio` where it is compared. */
function namesOf({ metric, unit, against }: Estimate): { name: string; suffix: string; factor: number } {
  const { suffix, factor } = UNITS[unit.split("/")[0]!] ?? { suffix: "", factor: 1 };
  const words = metric.split(/(?=[A-Z])|[^A-Za-z0-9]+/).map((word) => word.toLowerCase());
  const kept = words.filter((word) => word !== "" && !UNIT_WORDS.has(word));
  const parts = ["spantoll", ...kept, against === undefined ? "" : "against", suffix];
  return { name: parts.filter((part) => part !== "").join("_"), suffix, factor };
}

function familyText(name: string, { help, unit, samples }: Family): string {
  const head = [
    `# TYPE ${name} gauge`,
    ...(unit === "" ? [] : [`# UNIT ${name} ${unit}`]),
    `# HELP ${name} ${escaped(help)}`,
  ];
  const lines = samples.map(({ labels, value }) => `${name}${labelsText(labels)} ${numberText(value)}`);
  return `${[...head, ...lines].join("\n")}\n`;
}

function labelsText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

function escaped(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}

function numberText(value: number): string {
  return Number.isNaN(value) ? "NaN" : String(Number(value.toPrecision(12)));
}

export const prometheus: ReporterKind = {
  name: "prometheus",
  about: "OpenMetrics text, for Prometheus",
  example: "prometheus",
  fields: {},
  render: renderOpenMetrics,
};
