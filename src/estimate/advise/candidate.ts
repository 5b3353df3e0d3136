import type { Phase, Variant } from "../../plan/trial.ts";
import type { SamplerSpec } from "../../spec/specs.ts";
import type { Results } from "../../record/results.ts";
import type { TrialRecord } from "../../record/trial-record.ts";
import type { Estimate } from "../estimate.ts";
import { asDeployed, OF_THE_DECISION, only } from "./deployed.ts";
import { volumePerRequest } from "./per-request.ts";
import type { VolumeLaw } from "./project.ts";

/** A figure with its bounds; without them it rests on too few rounds. Warnings are those of the estimate. */
export type Figure = Pick<Estimate, "center" | "low" | "high" | "n"> & Partial<Pick<Estimate, "warnings">>;

/** What was measured of a variant, as far as advice needs it. */
export interface Figures {
  /** CPU per request over that of `none`: 1.05 is 5 % more. */
  readonly cpuRatio?: Figure;
  /** CPU per request above that of `none`, µs. */
  readonly cpuAddedUs?: Figure;
  /** p99 response time above that of `none`, ms, at the measured rate. */
  readonly p99AddedMs?: Figure;
  /** Share of the sampled spans that did not arrive, at a given rate. */
  readonly lostShare?: Figure;
  /** The same at capacity, where drops are to be expected. */
  readonly lostAtCapacity?: Figure;
  /** Share of the failed requests whose trace arrived whole. */
  readonly errorRecall?: Figure;
  readonly tailRecall?: Figure;
  readonly keptTraces?: Figure;
  /** Spans that leave the services, per request: what arrives, where the file did not count them. */
  readonly sentPerRequest?: Figure;
  /** Spans that the backend gets, per request. */
  readonly spansPerRequest?: Figure;
  /** Bytes on the wire to the backend, per request. */
  readonly bytesPerRequest?: Figure;
  /** Requests a second that one process carries, closed loop. */
  readonly capacityPerSecond?: Figure;
}

/** A traced variant that may be chosen. */
export interface Candidate {
  readonly variant: Variant;
  /**
   * What services run of it: the variant itself; for tail sampling, which the Collector does, `always_on` beside the
   * same processor and exporter. Undefined where that one was not measured.
   */
  readonly inService: Variant | undefined;
  readonly figures: Figures;
  /** Requests a second at which CPU and p99 were measured, mean over trials; undefined where that phase was not. */
  readonly measuredPerSecond: { readonly cpu: number | undefined; readonly p99: number | undefined };
  /** Of what services run. */
  readonly records: readonly TrialRecord[];
}

/** What only those know who know the samplers. */
export interface SamplerKnowledge {
  readonly law: (variant: Variant) => VolumeLaw;
  /** The sampler that services run: another one where the decision is the Collector's. */
  readonly inService: (sampler: SamplerSpec) => SamplerSpec;
}

interface Place {
  readonly phases: readonly Phase[];
  readonly metric: string;
  readonly unit: string;
  readonly against?: "none";
}

/** Fidelity comes from the phase that is most like production. */
const LIKE_PRODUCTION: readonly Phase[] = ["latency", "cost", "capacity"];

type Estimated = Exclude<keyof Figures, "sentPerRequest">;

const PLACES: Readonly<Record<Estimated, Place>> = {
  cpuRatio: { phases: ["cost"], metric: "cpuUsPerRequest", unit: "ratio", against: "none" },
  cpuAddedUs: { phases: ["cost"], metric: "cpuUsPerRequest", unit: "us/request", against: "none" },
  p99AddedMs: { phases: ["latency"], metric: "responseTimeP99Ms", unit: "ms", against: "none" },
  lostShare: { phases: ["latency", "cost"], metric: "spansLostShare", unit: "share" },
  lostAtCapacity: { phases: ["capacity"], metric: "spansLostShare", unit: "share" },
  errorRecall: { phases: LIKE_PRODUCTION, metric: "errorRecall", unit: "share" },
  tailRecall: { phases: LIKE_PRODUCTION, metric: "tailRecall", unit: "share" },
  keptTraces: { phases: LIKE_PRODUCTION, metric: "keptTraces", unit: "share" },
  spansPerRequest: { phases: ["cost", "latency", "capacity"], metric: "keptSpansPerRequest", unit: "spans/request" },
  bytesPerRequest: { phases: ["cost", "latency", "capacity"], metric: "bytesOutPerRequest", unit: "bytes/request" },
  capacityPerSecond: { phases: ["capacity"], metric: "requestsPerSecond", unit: "requests/s" },
};

/** All variants with an SDK, in the plan's order; none where the file has no figure of any. */
export function candidatesOf(
  { plan, records }: Results,
  estimates: readonly Estimate[],
  { law, inService }: SamplerKnowledge,
): Candidate[] {
  const untraced = untracedOf(plan.variants);
  const measured = plan.variants
    .filter(({ sampler }) => sampler.kind.traced)
    .map((variant): Candidate => {
      const own = estimates.filter((estimate) => estimate.variant === variant.id);
      const usable = records.filter(
        ({ trial, ending, valid }) => trial.variant === variant.id && ending === "completed" && valid,
      );
      const figures = { ...figuresOf(own, untraced), ...countedVolume(usable, law(variant)) };
      return {
        variant,
        inService: variant,
        figures: isKeptLocally(usable) ? withoutBackend(figures) : withSent(figures),
        measuredPerSecond: { cpu: rateIn(usable, "cost"), p99: rateIn(usable, "latency") },
        records: usable,
      };
    });
  if (measured.every(({ figures }) => Object.keys(figures).length === 0)) return [];
  return measured.map((candidate) => asDeployed(candidate, inService(candidate.variant.sampler), measured));
}

/**
 * Of all trials at a given rate: at capacity spans are lost, and the backend gets fewer than the sampler keeps. Phases
 * have rates of their own: where volume does not follow them, only what was sent is counted, in the phase of the rest.
 */
function countedVolume(records: readonly TrialRecord[], law: VolumeLaw): Figures {
  if (law === "per request") return volumePerRequest(records.filter(({ trial }) => trial.phase !== "capacity"));
  const phases = PLACES.spansPerRequest.phases.map((phase) => records.filter(({ trial }) => trial.phase === phase));
  const { sentPerRequest } = volumePerRequest(phases.find((own) => own.length > 0) ?? []);
  return sentPerRequest === undefined ? {} : { sentPerRequest };
}

function withSent(figures: Figures): Figures {
  return figures.spansPerRequest === undefined ? figures : { sentPerRequest: figures.spansPerRequest, ...figures };
}

/** Whether the exporter sends to no backend. */
function isKeptLocally(records: readonly TrialRecord[]): boolean {
  return records.some(({ ledger }) => ledger !== undefined && ledger.keptLocally > 0);
}

/** What never had a backend to reach is not known to be kept by it, nor to cost nothing there. */
function withoutBackend(figures: Figures): Figures {
  return only(figures, (name) => name !== "sentPerRequest" && !OF_THE_DECISION.has(name));
}

/** What is compared with, by name. */
export function untracedOf(variants: readonly Variant[]): ReadonlySet<string> {
  return new Set(variants.filter(({ sampler }) => sampler.text === "none").map(({ id: name }) => name));
}

/** Of the estimates of one variant. */
export function figuresOf(own: readonly Estimate[], untraced: ReadonlySet<string>): Figures {
  const found = Object.entries(PLACES).flatMap(([name, { phases, metric, unit, against }]) => {
    const fits = (estimate: Estimate, phase: Phase): boolean =>
      estimate.phase === phase &&
      estimate.metric === metric &&
      estimate.unit === unit &&
      (against === "none" ? untraced.has(estimate.against ?? "") : estimate.against === undefined);
    const figure = phases
      .map((phase) => own.find((estimate) => fits(estimate, phase)))
      .find((one) => one !== undefined);
    return figure === undefined ? [] : [[name, figure] as const];
  });
  return Object.fromEntries(found);
}

function rateIn(records: readonly TrialRecord[], phase: Phase): number | undefined {
  const rates = records.flatMap(({ trial, load }) => (trial.phase === phase && load ? [load.requestsPerSecond] : []));
  return rates.length === 0 ? undefined : rates.reduce((sum, rate) => sum + rate, 0) / rates.length;
}
