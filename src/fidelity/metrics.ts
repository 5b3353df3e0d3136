/** What a strategy kept, in figures. Each is read from the fidelity of one trial (or repetition). */
import type { Fidelity, Figures, KeptOf } from "../record/fidelity.ts";

/** What a trial is compared with: what keeping everything gives. */
export interface Reference {
  readonly shapes: Counts;
  readonly edges: Counts;
  readonly spansPerRequest?: number | undefined;
  readonly bytesPerRequest?: number | undefined;
  /** The shapes and edges are the trial's own: it covers them by definition. */
  readonly isOwn?: boolean;
}

export interface FidelityMetric {
  readonly name: string;
  readonly unit: string;
  /** Least and most that it can be. */
  readonly range: readonly [least: number, most: number];
  /** It counts whole traces: an upper bound if some only seem to be whole. */
  readonly ofWhole?: true;
  /** It depends on the reference. */
  readonly ofReference?: true;
  /** A share with its counts, so that its interval knows how many it rests on; undefined if the trial has none. */
  readonly of: (fidelity: Fidelity, reference: Reference, bytesPerRequest?: number) => number | KeptOf | undefined;
}

type Read = FidelityMetric["of"];
type Counts = Fidelity["shapes"]["counts"];

const share = (name: string, of: Read): FidelityMetric => ({ name, unit: "share", range: [0, 1], of });
const whole = (name: string, of: Read): FidelityMetric => ({ ...share(name, of), ofWhole: true });
/** A share of what keeping everything is. It may pass 1, because trials differ. */
const part = (name: string, of: Read): FidelityMetric => ({
  ...share(name, of),
  range: [0, Infinity],
  ofReference: true,
});
/** Estimate / truth − 1 of a figure of all requests. */
const error = (name: string, figure: keyof Figures): FidelityMetric => ({
  ...share(name, ({ all }) => {
    const { truth, estimate } = all[figure];
    return estimate === undefined || truth === 0 ? undefined : estimate / truth - 1;
  }),
  range: [-1, Infinity],
});

export const FIDELITY_METRICS: readonly FidelityMetric[] = [
  // a request may have several traces, if its context was lost on the way
  share("keptTraces", ({ traces, requests }) => some({ offered: requests, kept: Math.min(traces.arrived, requests) })),
  { ...share("keptSpansPerRequest", spansPerRequest), unit: "spans/request", range: [0, Infinity] },
  part("keptSpans", (fidelity, { spansPerRequest: all }) => quotient(spansPerRequest(fidelity), all)),
  part("keptBytes", (_fidelity, { bytesPerRequest: all }, own) => quotient(own, all)),
  whole("errorRecall", ({ errors }) => some(errors)),
  whole("tailRecall", ({ tail }) => some(tail)),
  whole("rareRouteRecall", ({ rare }) => some(rare)),
  {
    ...share("shapeCoverage", (fidelity, reference) => covered(fidelity, "shapes", reference)),
    ofWhole: true,
    ofReference: true,
  },
  { ...share("edgeCoverage", (fidelity, reference) => covered(fidelity, "edges", reference)), ofReference: true },
  whole("wholeTraces", ({ traces }) => some({ offered: traces.arrived, kept: traces.whole })),
  error("requestCountError", "requests"),
  error("errorRateError", "errorRate"),
  error("p50Error", "p50Ms"),
  error("p99Error", "p99Ms"),
  whole("incidentRecall", ({ incident }) => incident && some(incident)),
  { ...share("incidentFirstKeptMs", ({ incident }) => incident?.firstKeptMs), unit: "ms", range: [0, Infinity] },
];

/** Spans that arrived, per request: those that name none count as often as those that do. Undefined if no span names one. */
export function spansPerRequest({ spans: { arrived, namedShare = 1 }, requests }: Fidelity): number | undefined {
  if (namedShare === 0) return undefined;
  return requests === 0 ? 0 : arrived / namedShare / requests;
}

function some({ offered, kept }: KeptOf): KeptOf | undefined {
  return offered === 0 ? undefined : { kept, offered };
}

function quotient(part: number | undefined, all: number | undefined): number | undefined {
  return part === undefined || all === undefined || all === 0 ? undefined : part / all;
}

/**
 * Distinct things seen of those there are; each counts once, however frequent it is. Things of one trace are seen
 * together or not at all, so a trial counts for no more of them than it has requests.
 */
function covered(fidelity: Fidelity, what: "shapes" | "edges", reference: Reference): number | KeptOf | undefined {
  const all = Object.keys(reference[what]);
  if (all.length === 0) return undefined;
  if (reference.isOwn === true) return 1;
  const seen = all.filter((key) => (fidelity[what].counts[key] ?? 0) > 0).length;
  const independent = Math.min(1, fidelity.requests / all.length);
  return { kept: seen * independent, offered: all.length * independent };
}
