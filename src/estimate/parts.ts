/**
 * How much of what tracing costs a request its parts explain: each part's CPU per operation (phase `micro`) times how
 * often a request does it, summed, beside the difference between `always_on` and `none` in the phase `cost`.
 *
 * How often comes from the ledger. What a span carries is not in the books; it is given as an assumption and told with
 * the result. A part is measured in a warm loop of its own, so the sum is a lower bound: the sending of the
 * batches, timers, and caches that grew cold between requests are in none of them; and what instrumentation does
 * around a span is in it only where the run has measured `noop` as well.
 */
import type { Results } from "../record/results.ts";
import type { TrialRecord } from "../record/trial-record.ts";
import type { Variant } from "../plan/trial.ts";
import type { Estimate } from "./estimate.ts";

const NO_SDK = "noop";

/** What spans carry, on average. */
export interface SpanContent {
  readonly attributes: number;
  /** Exceptions apart. */
  readonly events: number;
  readonly exceptions: number;
}

/** A part, and what it makes of a request. */
export interface PartShare {
  readonly part: string;
  readonly perRequest: number;
  /** µs a request; the half-width is that of the part's interval. */
  readonly us: number;
  readonly halfWidthUs: number;
}

export interface PartsExplained {
  readonly variant: string;
  /** The difference to `none` in the phase `cost`, µs a request. */
  readonly whole: Estimate;
  readonly shares: readonly PartShare[];
  /** Of all parts; half-widths are added in quadrature, since parts are measured in processes of their own. */
  readonly sumUs: number;
  readonly sumHalfWidthUs: number;
  /** Parts that a request does, and for which there is no figure. */
  readonly missing: readonly string[];
}

/** For each `always_on` variant of a run that the cost phase holds against `none`. */
export function explainByParts(
  parts: readonly Estimate[],
  run: Pick<Results, "plan" | "records">,
  estimates: readonly Estimate[],
  content: SpanContent,
): PartsExplained[] {
  const nsOf = new Map(
    parts.filter(({ phase, against }) => phase === "micro" && against === undefined).map((one) => [one.variant, one]),
  );
  return run.plan.variants.flatMap((variant) => {
    const whole = estimates.find((one) => isCostOf(one, variant));
    const counts = countsOf(run.records, variant);
    if (variant.sampler !== "always_on" || whole === undefined || counts === undefined) return [];
    const done = Object.entries(doneBy(variant, counts, content)).filter(([, perRequest]) => perRequest > 0);
    const instrumentation = estimates.find((one) => isCostOf(one, { name: NO_SDK }));
    const measured = instrumentation === undefined ? [] : [instrumentationOf(instrumentation)];
    const alone = done.flatMap(([part, perRequest]): PartShare[] => {
      const ns = nsOf.get(part);
      return ns === undefined ? [] : [shareOf(part, perRequest, ns)];
    });
    const shares = [...measured, ...alone];
    return [
      {
        variant: variant.name,
        whole,
        shares,
        sumUs: shares.reduce((sum, { us }) => sum + us, 0),
        sumHalfWidthUs: Math.hypot(...shares.map(({ halfWidthUs }) => halfWidthUs)),
        missing: done.flatMap(([part]) => (nsOf.has(part) ? [] : [part])),
      },
    ];
  });
}

function shareOf(part: string, perRequest: number, { center, low = center, high = center }: Estimate): PartShare {
  return { part, perRequest, us: (perRequest * center) / 1000, halfWidthUs: (perRequest * (high - low)) / 2000 };
}

/** Not a part by itself, but measured in the same phase: the instrumentation, with the API's no-ops below it. */
function instrumentationOf({ center, low = center, high = center }: Estimate): PartShare {
  return {
    part: "instrumentation alone (noop against none)",
    perRequest: 1,
    us: center,
    halfWidthUs: (high - low) / 2,
  };
}

function isCostOf({ phase, variant, metric, against, unit }: Estimate, { name }: Pick<Variant, "name">): boolean {
  return (
    phase === "cost" &&
    variant === name &&
    metric === "cpuUsPerRequest" &&
    against?.startsWith("none") === true &&
    unit === "us/request"
  );
}

/** Of each request, on average over the trials of the cost phase. */
interface Counts {
  readonly spans: number;
  /** Spans that begin in a process: each has read the headers of a request. */
  readonly roots: number;
  readonly exported: number;
}

function countsOf(records: readonly TrialRecord[], { name }: Variant): Counts | undefined {
  const own = records.filter(({ trial }) => trial.phase === "cost" && trial.variant === name);
  const total = (of: (record: TrialRecord) => number | undefined): number =>
    own.reduce((sum, record) => sum + (of(record) ?? 0), 0);
  const requests = total(({ requests }) => requests?.answeredByTarget);
  if (requests === 0 || total(({ ledger }) => ledger?.started) === 0) return undefined;
  return {
    spans: total(({ ledger }) => ledger?.sampled) / requests,
    roots: total(({ roots }) => roots?.started) / requests,
    exported: total(({ ledger }) => ledger?.exported) / requests,
  };
}

/** The first service of a request reads headers without a trace; each further one is called with, and reads, one. */
function doneBy(
  { processor, exporter }: Variant,
  { spans, roots, exported }: Counts,
  { attributes, events, exceptions }: SpanContent,
): Record<string, number> {
  const calls = Math.max(0, roots - 1);
  return {
    "span/recorded-root": Math.min(roots, 1),
    "span/recorded-child": spans - Math.min(roots, 1),
    "span/attribute": spans * attributes,
    "span/event": spans * events,
    "span/exception": spans * exceptions,
    "context/switch": spans,
    "context/extract-absent": Math.min(roots, 1),
    "context/extract": calls,
    "context/inject": calls,
    [processor.startsWith("batch") ? "processor/batch/leaving" : "processor/simple"]: spans,
    [serialisationOf(exporter)]: exported,
    "export/gzip-otlp-protobuf": exporter.includes(":gzip") ? exported : 0,
  };
}

function serialisationOf(exporter: string): string {
  const kind = exporter.split(":")[0]!;
  if (kind === "otlp-http/protobuf" || kind === "otlp-grpc") return "export/otlp-protobuf";
  return kind === "otlp-http/json" ? "export/otlp-json" : `export/${kind}`;
}
