import { z } from "zod";
import { total } from "../../base/sum-of.ts";
import type { Estimate } from "../../estimate/estimate.ts";
import type { TrialRecord } from "../../record/trial-record.ts";
import { rateOf, type Phase } from "../../spec/phases.ts";
import { countText, figureText, percentText } from "../format.ts";
import { warmupText } from "../phase-sentence.ts";
import { CPU, THROUGHPUT, type Run, type ShownVariant } from "../run.ts";
import type { Table } from "../report.ts";
import { shownTable, words } from "./table.ts";

const ATTRIBUTES = 10;
const REPEATS = 10;
const WINDOW_S = 15;
/** As a share. */
const RATE_TOLERANCE = 0.02;

/** A run whose target makes the spans that the specification asks for. */
interface Measured {
  readonly run: Run;
  readonly traced: readonly ShownVariant[];
  readonly spansPerRequest: number;
  readonly attributes: number;
}

/** The last is the evidence, or what is missing. */
type Clause = readonly [clause: string, isMet: boolean, evidence: string];

/** Which clauses of OpenTelemetry's performance benchmark specification a run meets that has its spans. */
export function specificationTable(run: Run): Table[] {
  const { target } = run.results.scenario;
  const fields = z.object({ spans: z.int(), attributes: z.int() }).safeParse(target.config);
  const traced = run.variants.filter(({ variant }) => variant.sampler.kind.traced);
  if (target.kind.name !== "bare" || !fields.success || traced.length === 0) return [];
  const { spans: spansPerRequest, attributes } = fields.data;
  const measured = { run, traced, spansPerRequest, attributes };
  // in the order of https://opentelemetry.io/docs/specs/otel/performance-benchmark/
  const clauses = [
    ...spanClauses(measured),
    ...throughputClauses(measured),
    ...cpuClauses(measured),
    ...[CPU, THROUGHPUT].map(({ phase }): Clause => {
      const repeats = Math.min(...traced.map(({ id }) => run.usable(id, phase).length));
      const evidence = `${repeats} of ${REPEATS} repeats`;
      return [`at least ${REPEATS} repeats of ${phase}`, repeats >= REPEATS, evidence];
    }),
  ];
  return shownTable({
    id: "specification",
    title: `OpenTelemetry's performance benchmark specification: ${clauses.filter(([, isMet]) => isMet).length} of ${clauses.length} clauses met`,
    about: "Judged by the records of this run.",
    columns: [words("clause"), words("this run")],
    rows: clauses.map(([clause, isMet, evidence]) => [
      { text: clause },
      { text: `${isMet ? "met" : "not met"}: ${evidence}`, tone: isMet ? "good" : "bad" },
    ]),
  });
}

function spanClauses({ run, traced, attributes }: Measured): Clause[] {
  const { phases, warmupMs, target } = run.results.scenario;
  const records = traced.flatMap(({ id }) => run.usable(id));
  const spans = total(records, ({ ledger }) => ledger?.started ?? 0);
  const parentless = total(records, ({ roots }) => roots?.started ?? 0);
  const samplers = [...new Set(traced.map(({ variant }) => variant.sampler.text))];
  const warmups = phases.map((phase) => `${phase} ${warmupText(run.results.scenario, phase)}`).join(", ");
  return [
    [
      "spans without a parent",
      spans > 0 && parentless === spans,
      `${countText(parentless)} of ${countText(spans)} spans`,
    ],
    ["default kind and status, one event, ended at once", true, `all spans of ${target.text}`],
    ["resource: service.name, service.version, service.instance.id", false, "service.name only"],
    ["CPU and memory: one attribute, an integer", false, `${attributes} attributes, which are text`],
    ["sampler AlwaysOn", samplers.join() === "always_on", samplers.join(", ")],
    ["warm-up before the measurement", phases.every((phase) => warmupMs[phase] > 0), warmups],
  ];
}

function throughputClauses(measured: Measured): Clause[] {
  const { run, attributes, spansPerRequest } = measured;
  const core = run.results.environment.pinning?.target ?? "not pinned";
  const [isMet, value] = figuresOf(measured, THROUGHPUT, (figure, { id }) => {
    const created = figureText(figure, spansPerRequest);
    return `${created} spans/s created, ${receivedText(run, id, THROUGHPUT.phase)}`;
  });
  return [
    [
      `throughput: ${ATTRIBUTES} attributes, names and values of 20 characters`,
      attributes === ATTRIBUTES,
      `${attributes} attributes; 1 span in ${spansPerRequest} also has the number of its request`,
    ],
    [
      "throughput: spans created and exported in a second on a core",
      isMet && /^\d+$/.test(core),
      `${value}; core ${core}`,
    ],
  ];
}

function cpuClauses(measured: Measured): Clause[] {
  const { run, traced, spansPerRequest } = measured;
  const { scenario, plan } = run.results;
  const records: readonly TrialRecord[] = traced.flatMap(({ id }) => run.usable(id, CPU.phase));
  const rate = rateOf(scenario, CPU.phase, plan.variants.length);
  const sent = total(records, ({ load }) => load?.requestsPerSecond ?? 0) / records.length;
  const spans = (requests: number): string => countText(requests * spansPerRequest);
  const seconds = Math.min(...records.map(({ load }) => (load?.elapsedMs ?? 0) / 1000));
  const ofWindows = (evidence: string): string => (records.length === 0 ? missing(run, CPU.phase) : evidence);
  const [, mean] = figuresOf(measured, CPU, (figure) => `${figureText(figure, rate * 1e-4)} % of a core`);
  const heap = { name: "heapBytes", phase: CPU.phase };
  return [
    [
      "CPU: at 10,000 spans/s, or at the rate that the user gives",
      Math.abs(sent / rate - 1) <= RATE_TOLERANCE,
      ofWindows(`${spans(sent)} of ${spans(rate)} spans/s`),
    ],
    ...pipelineClauses(run, traced),
    [
      `CPU: at least ${WINDOW_S} s`,
      records.length > 0 && Math.round(10 * seconds) / 10 >= WINDOW_S,
      ofWindows(`${Math.round(10 * seconds) / 10} s`),
    ],
    ["CPU: mean and peak", false, `no peak; mean: ${mean}`],
    ["memory: heap in the same windows", ...figuresOf(measured, heap, (figure) => `${figureText(figure, 1e-6)} MB`)],
  ];
}

function pipelineClauses(run: Run, traced: readonly ShownVariant[]): Clause[] {
  const processors = new Set(traced.map(({ variant }) => variant.processor?.text));
  const received = traced.map(({ id, label }) => `${label} ${receivedText(run, id, CPU.phase)}`);
  const isDirect = traced.every(
    ({ variant: { exporter, backend, collector } }) =>
      exporter?.text.startsWith("otlp") === true && backend?.text === "healthy" && collector === undefined,
  );
  const ways = traced.map(({ variant: { exporter, backend, collector } }) =>
    [exporter, backend, collector].flatMap((part) => part?.text ?? []).join(" "),
  );
  const busy = traced
    .flatMap(({ id }) => run.usable(id, CPU.phase))
    .flatMap(({ resources }) => resources?.sinkCoreShare ?? []);
  const sink = busy.length === 0 ? [] : [`sink ${percentText(Math.max(...busy))} of a core`];
  return [
    [
      "CPU: processors simple and batch, as they are by default",
      processors.has("simple") && processors.has("batch"),
      received.join("; "),
    ],
    [
      "CPU: OTLP exporter, sink in a process of its own that answers at once",
      isDirect,
      [...new Set(ways), ...sink].join(", "),
    ],
  ];
}

/** The figure of each traced variant; met if each has it. */
function figuresOf(
  { run, traced }: Measured,
  { phase, name }: { readonly phase: Phase; readonly name: string },
  text: (figure: Estimate, variant: ShownVariant) => string,
): readonly [isMet: boolean, evidence: string] {
  const found = traced.map((variant) => ({ variant, figure: run.find(phase, variant.id, name) }));
  if (found.every(({ figure }) => figure === undefined)) return [false, missing(run, phase)];
  const texts = found.map(({ variant, figure }) => `${variant.label} ${figure ? text(figure, variant) : "unknown"}`);
  return [found.every(({ figure }) => figure !== undefined), texts.join("; ")];
}

/** The share of the started spans that reached the sink. */
function receivedText(run: Run, variant: string, phase: Phase): string {
  const ledgers = run.usable(variant, phase).flatMap(({ ledger }) => ledger ?? []);
  const started = total(ledgers, (ledger) => ledger.started);
  return `${started === 0 ? "unknown" : percentText(total(ledgers, ({ received }) => received) / started)} received`;
}

function missing({ results }: Run, phase: Phase): string {
  return `phase ${phase} ${results.scenario.phases.includes(phase) ? "has no valid trials" : "was not measured"}`;
}
