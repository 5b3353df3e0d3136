/** Every figure that peers are measured by. Its unit is in its name. */
import { z } from "zod";

export interface Figure {
  /** The head of its column. */
  readonly title: string;
  readonly unit?: string;
  /** `log`: positive, and noise multiplies it. `linear`: may be 0, and not below. `signed`: either. */
  readonly scale: "log" | "linear" | "signed";
  /** Whether a peer's is told as a ratio to the reference's as well. */
  readonly compared?: true;
  /** What is shown is the figure times this. */
  readonly shownTimes?: number;
}

export const FIGURES = {
  requestsPerSecond: { title: "throughput", unit: "requests/s", scale: "log", compared: true },
  driverCpuUsPerRequest: { title: "driver CPU", unit: "µs/request", scale: "log", compared: true },
  rateOverAsked: { title: "rate ÷ asked", scale: "log" },
  trueP50Ms: { title: "true p50", unit: "ms", scale: "log" },
  p50ErrorMs: { title: "p50 told − true", unit: "ms", scale: "signed" },
  trueP99Ms: { title: "true p99", unit: "ms", scale: "log" },
  p99ErrorMs: { title: "p99 told − true", unit: "ms", scale: "signed" },
  lateP50Ms: { title: "late p50", unit: "ms", scale: "linear" },
  lateP99Ms: { title: "late p99", unit: "ms", scale: "linear" },
  arrivalDispersion: { title: "unevenness", scale: "linear" },
  driverCoreShare: { title: "driver", unit: "% of a core", scale: "linear", shownTimes: 100 },
  unaccountedRequests: { title: "unaccounted", unit: "requests", scale: "linear" },
  cpuUsPerSpan: { title: "CPU", unit: "µs/span", scale: "log", compared: true },
  spansPerSecond: { title: "throughput", unit: "spans/s", scale: "log", compared: true },
  cpuMs: { title: "CPU", unit: "ms", scale: "log", compared: true },
  wallMs: { title: "time", unit: "ms", scale: "log", compared: true },
  peakRssBytes: { title: "peak memory", unit: "MB", scale: "log", compared: true, shownTimes: 1e-6 },
  overheadMs: { title: "beyond its load", unit: "ms", scale: "log" },
  underLoadShare: { title: "under load", unit: "% of the time", scale: "linear", shownTimes: 100 },
} as const satisfies Readonly<Record<string, Figure>>;

export type FigureName = keyof typeof FIGURES;
export const FIGURE_NAMES = Object.keys(FIGURES) as FigureName[];
export const figureNameSchema = z.enum(FIGURE_NAMES);

export function figureOf(name: FigureName): Figure {
  return FIGURES[name];
}

/** What one peer showed in one round. */
export const turnSchema = z.object({
  round: z.int().positive(),
  peer: z.string(),
  figures: z.partialRecord(figureNameSchema, z.number()),
});
export type Turn = z.infer<typeof turnSchema>;
