import { z } from "zod";

interface Rates {
  readonly ratePerSecond: number;
  /** Undefined: by the phase's own rule. */
  readonly costRatePerSecond?: number | undefined;
  readonly furtherCostRatesPerSecond?: readonly number[] | undefined;
  readonly target: Target;
}

interface Target {
  readonly kind: { usualRatePerSecond?(config: unknown): number };
  readonly config: unknown;
}

interface Window {
  readonly durationMs: number;
  /** Load before the window opens. */
  readonly warmupMs: number;
}

/**
 * A question about every variant, and how it is put. The table stands with the scenario, which names its phases and has
 * a window for each.
 */
export interface PhaseRow {
  readonly name: Phase;
  readonly question: string;
  /** Of its table in the report. */
  readonly title: string;
  /** `side by side`: all variants of a round share the target core and one schedule. */
  readonly layout: "side by side" | "alone";
  /** `open`: requests leave on a schedule. `closed`: each connection sends when it is answered. `none`: one request only. */
  readonly loop: "open" | "closed" | "none";
  /**
   * Whether a service's own SDK counts its spans and names their requests. It costs CPU, in Python 21 µs a sampled span
   * (more than the span itself) and 5 µs a sampled request.
   */
  readonly sdkReports: boolean;
  /** Requests/s to each variant; absent: the scenario's rate. */
  readonly rate?: (rates: Rates, variants: number) => number;
  /** Measured also if no phase is named. */
  readonly byDefault: boolean;
  /** Whether a sampling profile of the main thread is taken in the window. */
  readonly profiled?: boolean;
  /**
   * In how many of a run's rounds it is measured, as a share: CPU per request varies most between rounds, so the time goes
   * there. If it is the only phase, it is measured in all.
   */
  readonly roundShare: number;
  /** If it is the only phase, what three minutes give with three variants. */
  readonly roundsAlone: number;
  /**
   * Load at the phase's own rate before its window, if it is measured in the processes that the phase cost of its round
   * has warmed. Absent: it has processes of its own.
   */
  readonly settleMs?: number;
  /**
   * The warm-up of processes that start ends when each has been sent about so many requests and about so much time is over;
   * after `warmupMs` at the latest.
   */
  readonly warmupLeast?: { readonly requests: number; readonly ms: number };
  readonly full: Window;
  /** With `--quick`. */
  readonly quick: Window;
  /** To each variant. */
  readonly connections: number;
  /** How it is measured, for the report. */
  readonly sentence: string;
}

/**
 * Requests a second that all variants side by side get together, unless the scenario sets a rate: they share one core,
 * and near saturation queues grow and costs blur. Three times the usual rate of a target that has one.
 */
function sideBySidePerSecond({ kind, config }: Target): number {
  return 3 * (kind.usualRatePerSecond?.(config) ?? 400);
}

/** What `--phase` names. */
export const NAMED_PHASES = [
  {
    name: "cost",
    question: "What does a request cost?",
    title: "CPU per request",
    layout: "side by side",
    loop: "open",
    sdkReports: false,
    rate: ({ costRatePerSecond, ratePerSecond, target }, variants) =>
      costRatePerSecond ?? Math.min(ratePerSecond, Math.floor(sideBySidePerSecond(target) / variants)),
    byDefault: true,
    roundShare: 1,
    roundsAlone: 7,
    // below 5,500 requests what tracing costs still grows, while V8 compiles and its heap grows
    warmupLeast: { requests: 8000, ms: 9000 },
    // V8 collects its old generation every 2,000 requests (always_on) to 20,000 (none): shorter windows have such a collection, or none
    full: { durationMs: 11_000, warmupMs: 18_000 },
    quick: { durationMs: 3000, warmupMs: 6000 },
    connections: 16,
    sentence:
      "All variants side by side on one core, after warming up on all; one open-loop schedule deals each slot to all of them in a shuffled order. CPU of all threads until after the final flush, by the kernel's accounting.",
  },
  {
    name: "latency",
    question: "How long does an answer take?",
    title: "Latency",
    layout: "alone",
    loop: "open",
    sdkReports: true,
    byDefault: true,
    roundShare: 1 / 2,
    roundsAlone: 8,
    settleMs: 300,
    full: { durationMs: 2100, warmupMs: 1300 },
    quick: { durationMs: 1200, warmupMs: 1000 },
    connections: 16,
    sentence:
      "One variant alone on the same seeded open-loop schedule. Response time counts from when a request was due.",
  },
  {
    name: "capacity",
    question: "How many requests does it carry?",
    title: "Capacity",
    layout: "alone",
    loop: "closed",
    sdkReports: false,
    byDefault: true,
    roundShare: 1 / 2,
    roundsAlone: 8,
    settleMs: 300,
    full: { durationMs: 1200, warmupMs: 1000 },
    quick: { durationMs: 1000, warmupMs: 1000 },
    // enough to saturate a service that waits some ms for others in each request
    connections: 512,
    sentence:
      "One variant alone, closed loop: as many requests as it carries. Service time counts from when a request was sent.",
  },
  {
    name: "profile",
    question: "Where does the time of a request go?",
    title: "CPU per request under the profiler",
    layout: "alone",
    loop: "open",
    sdkReports: false,
    byDefault: false,
    profiled: true,
    roundShare: 1,
    roundsAlone: 8,
    full: { durationMs: 4000, warmupMs: 3000 },
    quick: { durationMs: 2000, warmupMs: 2000 },
    connections: 16,
    sentence:
      "One variant alone on an open-loop schedule, with V8's sampling profiler on its main thread: one sample a ms.",
  },
  {
    name: "start",
    question: "How long does the service take to start?",
    title: "Start-up",
    layout: "alone",
    loop: "none",
    sdkReports: false,
    byDefault: false,
    roundShare: 1,
    roundsAlone: 20,
    full: { durationMs: 0, warmupMs: 0 },
    quick: { durationMs: 0, warmupMs: 0 },
    connections: 1,
    sentence:
      "From the start of the process to the answer of its first request, and what it has used and loaded by then. A service that Spantoll starts has its own part in it, the same in every variant.",
  },
] as const satisfies readonly (Omit<PhaseRow, "name"> & { readonly name: string })[];

/** The phase cost at further rates, one for each that `--cost-rate` is given again. */
export const FURTHER_COST = ["cost-2", "cost-3", "cost-4"] as const;
export const COST_PHASES = ["cost", ...FURTHER_COST] as const;
export type CostPhase = (typeof COST_PHASES)[number];

export const PHASES = [
  ...NAMED_PHASES,
  ...FURTHER_COST.map((name, at) => ({
    ...NAMED_PHASES[0],
    name,
    byDefault: false,
    rate: ({ furtherCostRatesPerSecond: rates }: Rates) => rates?.[at] ?? NaN,
  })),
];

export const phaseSchema = z.enum(PHASES.map(({ name }) => name));
export type Phase = z.infer<typeof phaseSchema>;
const byName = new Map<Phase, PhaseRow>(PHASES.map((row) => [row.name, row]));

export function phaseRow(name: Phase): PhaseRow {
  return byName.get(name)!;
}

/** The option that sets the rate of a phase. */
export function rateOption(name: Phase): "--cost-rate" | "--rate" {
  return phaseRow(name).layout === "side by side" ? "--cost-rate" : "--rate";
}

/** Requests a second to each of `variants` in an open-loop phase. */
export function rateOf(scenario: Rates, phase: Phase, variants: number): number {
  return phaseRow(phase).rate?.(scenario, variants) ?? scenario.ratePerSecond;
}

/** A value for each phase. */
export function eachPhase<T>(valueOf: (row: PhaseRow) => T): Record<Phase, T> {
  return Object.fromEntries(PHASES.map((row) => [row.name, valueOf(row)])) as Record<Phase, T>;
}
