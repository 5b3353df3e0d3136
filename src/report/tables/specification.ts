import { z } from "zod";
import { total } from "../../base/sum-of.ts";
import { formatDuration } from "../../base/units.ts";
import type { Estimate } from "../../estimate/estimate.ts";
import type { TrialRecord } from "../../record/trial-record.ts";
import { rateOf, type Phase } from "../../spec/phases.ts";
import { countText, figureText, percentText } from "../format.ts";
import { CPU, THROUGHPUT } from "../metrics.ts";
import type { Table } from "../report.ts";
import type { Run, ShownVariant } from "../run.ts";
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

/** `value` is the evidence, or what is missing. */
interface Outcome {
  readonly met: boolean;
  readonly value: string;
}

interface Clause {
  readonly clause: string;
  readonly judge: (measured: Measured) => Outcome;
}

/** In the order of https://opentelemetry.io/docs/specs/otel/performance-benchmark/ */
const CLAUSES: readonly Clause[] = [
  {
    clause: "spans without a parent",
    judge: ({ run, traced }) => {
      const records = traced.flatMap(({ id }) => run.usable(id));
      const spans = total(records, ({ ledger }) => ledger?.started ?? 0);
      const parentless = total(records, ({ roots }) => roots?.started ?? 0);
      return { met: spans > 0 && parentless === spans, value: `${countText(parentless)} of ${countText(spans)} spans` };
    },
  },
  {
    clause: "default kind and status, one event, ended at once",
    judge: ({ run }) => ({ met: true, value: `all spans of ${run.results.scenario.target.text}` }),
  },
  {
    clause: "resource: service.name, service.version, service.instance.id",
    judge: () => ({ met: false, value: "service.name only" }),
  },
  {
    clause: "CPU and memory: one attribute, an integer",
    judge: ({ attributes }) => ({ met: false, value: `${attributes} attributes, which are text` }),
  },
  {
    clause: "sampler AlwaysOn",
    judge: ({ traced }) => {
      const texts = new Set(traced.map(({ variant }) => variant.sampler.text));
      return { met: texts.size === 1 && texts.has("always_on"), value: [...texts].join(", ") };
    },
  },
  {
    clause: "warm-up before the measurement",
    judge: ({ run }) => {
      const { phases, warmupMs } = run.results.scenario;
      return {
        met: phases.every((phase) => warmupMs[phase] > 0),
        value: phases.map((phase) => `${phase} ${formatDuration(warmupMs[phase])}`).join(", "),
      };
    },
  },
  {
    clause: `throughput: ${ATTRIBUTES} attributes, names and values of 20 characters`,
    judge: ({ attributes, spansPerRequest }) => ({
      met: attributes === ATTRIBUTES,
      value: `${attributes} attributes; 1 span in ${spansPerRequest} also has the number of its request`,
    }),
  },
  {
    clause: "throughput: spans created and exported in a second on a core",
    judge: (measured) => {
      const { run, spansPerRequest } = measured;
      const { met, value } = figuresOf(
        measured,
        THROUGHPUT,
        (figure, { id }) =>
          `${figureText(figure, spansPerRequest)} spans/s created, ${receivedText(run, id, THROUGHPUT.phase)}`,
      );
      const core = run.results.environment.pinning?.target;
      return { met: met && /^\d+$/.test(core ?? ""), value: `${value}; core ${core ?? "not pinned"}` };
    },
  },
  {
    clause: "CPU: at 10,000 spans/s, or at the rate that the user gives",
    judge: ({ run, traced, spansPerRequest }) => {
      const { scenario, plan } = run.results;
      const asked = rateOf(scenario, CPU.phase, plan.variants.length);
      const rates = inPhase(run, traced, CPU.phase).map(({ load }) => load?.requestsPerSecond ?? 0);
      const mean = total(rates, (rate) => rate) / rates.length;
      return {
        met: rates.length > 0 && Math.abs(mean / asked - 1) <= RATE_TOLERANCE,
        value:
          rates.length === 0
            ? missing(run, CPU.phase)
            : `${countText(mean * spansPerRequest)} of ${countText(asked * spansPerRequest)} spans/s`,
      };
    },
  },
  {
    clause: "CPU: processors simple and batch, as they are by default",
    judge: ({ run, traced }) => {
      const texts = new Set(traced.map(({ variant }) => variant.processor?.text));
      return {
        met: texts.has("simple") && texts.has("batch"),
        value: traced.map(({ id, label }) => `${label} ${receivedText(run, id, CPU.phase)}`).join("; "),
      };
    },
  },
  {
    clause: "CPU: OTLP exporter, sink in a process of its own that answers at once",
    judge: ({ run, traced }) => {
      const ways = traced.map(({ variant: { exporter, backend, collector } }) => ({
        met: exporter?.text.startsWith("otlp") === true && backend?.text === "healthy" && collector === undefined,
        value: [exporter, backend, collector].flatMap((part) => part?.text ?? []).join(" "),
      }));
      const shares = inPhase(run, traced, CPU.phase).flatMap(({ resources }) => resources?.sinkCoreShare ?? []);
      const busy = shares.length === 0 ? [] : [`sink ${percentText(Math.max(...shares))} of a core`];
      return {
        met: ways.every(({ met }) => met),
        value: [...new Set(ways.map(({ value }) => value)), ...busy].join(", "),
      };
    },
  },
  {
    clause: `CPU: at least ${WINDOW_S} s`,
    judge: ({ run, traced }) => {
      const windows = inPhase(run, traced, CPU.phase).map(({ load }) => (load?.elapsedMs ?? 0) / 1000);
      if (windows.length === 0) return { met: false, value: missing(run, CPU.phase) };
      const shortest = Math.round(10 * Math.min(...windows)) / 10;
      return { met: shortest >= WINDOW_S, value: `${shortest} s` };
    },
  },
  {
    clause: "CPU: mean and peak",
    judge: (measured) => {
      const rate = rateOf(measured.run.results.scenario, CPU.phase, measured.run.results.plan.variants.length);
      const { value } = figuresOf(measured, CPU, (figure) => `${figureText(figure, rate * 1e-4)} % of a core`);
      return { met: false, value: `no peak; mean: ${value}` };
    },
  },
  {
    clause: "memory: heap in the same windows",
    judge: (measured) =>
      figuresOf(measured, { name: "heapBytes", phase: CPU.phase }, (figure) => `${figureText(figure, 1e-6)} MB`),
  },
  ...[CPU, THROUGHPUT].map(({ phase }): Clause => ({
    clause: `at least ${REPEATS} repeats of ${phase}`,
    judge: ({ run, traced }) => {
      const repeats = Math.min(...traced.map(({ id }) => run.usable(id, phase).length));
      return { met: repeats >= REPEATS, value: `${repeats} of ${REPEATS} repeats` };
    },
  })),
];

/** Which clauses of OpenTelemetry's performance benchmark specification a run meets that has its spans. */
export function specificationTable(run: Run): Table[] {
  const { target } = run.results.scenario;
  const fields = z.object({ spans: z.int(), attributes: z.int() }).safeParse(target.config);
  const traced = run.variants.filter(({ variant }) => variant.sampler.kind.traced);
  if (target.kind.name !== "bare" || !fields.success || traced.length === 0) return [];
  const { spans: spansPerRequest, attributes } = fields.data;
  const rows = CLAUSES.map(({ clause, judge }) => {
    const { met, value } = judge({ run, traced, spansPerRequest, attributes });
    return { clause, met, text: `${met ? "met" : "not met"}: ${value}` };
  });
  return shownTable({
    id: "specification",
    title: `OpenTelemetry's performance benchmark specification: ${rows.filter(({ met }) => met).length} of ${rows.length} clauses met`,
    about: "Judged by the records of this run.",
    columns: [words("clause"), words("this run")],
    rows: rows.map(({ clause, met, text }) => [{ text: clause }, { text, tone: met ? "good" : "bad" }]),
  });
}

/** Met if each traced variant has the figure. */
function figuresOf(
  { run, traced }: Measured,
  { phase, name }: { readonly phase: Phase; readonly name: string },
  text: (figure: Estimate, variant: ShownVariant) => string,
): Outcome {
  const found = traced.map((variant) => ({ variant, figure: run.find(phase, variant.id, name) }));
  if (found.every(({ figure }) => figure === undefined)) return { met: false, value: missing(run, phase) };
  return {
    met: found.every(({ figure }) => figure !== undefined),
    value: found
      .map(({ variant, figure }) => `${variant.label} ${figure === undefined ? "unknown" : text(figure, variant)}`)
      .join("; "),
  };
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

function inPhase(run: Run, variants: readonly ShownVariant[], phase: Phase): readonly TrialRecord[] {
  return variants.flatMap(({ id }) => run.usable(id, phase));
}
