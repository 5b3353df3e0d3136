import { z } from "zod";
import type { PeerEstimate } from "./estimates.ts";
import { FIGURES, type FigureName } from "./figures.ts";
import { peerOf } from "./growth.ts";
import { ALONE, LIST, SIDE_BY_SIDE } from "./startup.ts";

/** What the harness promises of itself. */
interface Limit {
  readonly section: string;
  readonly peer: string;
  readonly metric: FigureName;
  /** Whether it is about the ratio to the section's reference. */
  readonly isRatio?: true;
  readonly atMost?: number;
  readonly atLeast?: number;
}

const limits = (run: string): readonly Limit[] => [
  { section: "closed", peer: "spantoll", metric: "unaccountedRequests", atMost: 0 },
  { section: "open", peer: "spantoll 600/s", metric: "lateP99Ms", atMost: 2 },
  { section: "open", peer: "spantoll 2000/s", metric: "lateP99Ms", atMost: 2 },
  { section: "open", peer: "spantoll 600/s", metric: "driverCoreShare", atMost: 0.15 },
  { section: "open", peer: "spantoll 600/s", metric: "arrivalDispersion", atMost: 0.2 },
  { section: "open", peer: "spantoll 600/s+poisson", metric: "arrivalDispersion", atLeast: 0.5, atMost: 1.5 },
  { section: "open", peer: "spantoll 600/s+stall", metric: "p99ErrorMs", atLeast: -50, atMost: 50 },
  { section: "open", peer: "spantoll 600/s", metric: "unaccountedRequests", atMost: 0 },
  { section: "open", peer: "spantoll 2000/s", metric: "unaccountedRequests", atMost: 0 },
  { section: "open", peer: "spantoll 600/s+stall", metric: "unaccountedRequests", atMost: 0 },
  { section: "sink", peer: "sink", metric: "cpuUsPerSpan", atMost: 1e6 / 300_000 },
  { section: "sink", peer: "sink", metric: "cpuUsPerSpan", isRatio: true, atMost: 3 },
  { section: "startup", peer: LIST, metric: "cpuMs", atMost: 300 },
  { section: "startup", peer: ALONE, metric: "overheadMs", atMost: 1500 },
  { section: "startup", peer: SIDE_BY_SIDE, metric: "overheadMs", atMost: 1500 },
  { section: "startup", peer: run, metric: "underLoadShare", atLeast: 0.6 },
  { section: "growth", peer: peerOf("report", 1000), metric: "wallMs", atMost: 5000 },
  { section: "growth", peer: peerOf("compare", 1000), metric: "wallMs", atMost: 5000 },
];

export const promiseSchema = z.object({
  section: z.string(),
  peer: z.string(),
  metric: z.enum(Object.keys(FIGURES) as FigureName[]),
  /** Present where the promise is about a ratio. */
  against: z.string().optional(),
  atMost: z.number().optional(),
  atLeast: z.number().optional(),
  /** By the whole interval; `undecided` where a limit lies in it, or there is none. */
  verdict: z.enum(["kept", "broken", "undecided"]),
});
export type PromiseFinding = z.infer<typeof promiseSchema>;

/** Holds each promise of the sections that were measured against its estimate. */
export function judgePromises(
  measured: readonly { readonly name: string; readonly estimates: readonly PeerEstimate[] }[],
  run: string,
): PromiseFinding[] {
  return limits(run).flatMap(({ isRatio = false, ...limit }) => {
    const estimates = measured.find(({ name }) => name === limit.section)?.estimates ?? [];
    const found = estimates.find(
      ({ peer, metric, against }) =>
        peer === limit.peer && metric === limit.metric && (against !== undefined) === isRatio,
    );
    if (found === undefined) return [];
    return [
      { ...limit, ...(found.against !== undefined && { against: found.against }), verdict: verdictOf(found, limit) },
    ];
  });
}

export function verdictOf(
  { low, high }: Pick<PeerEstimate, "low" | "high">,
  { atLeast = -Infinity, atMost = Infinity }: Pick<Limit, "atLeast" | "atMost">,
): PromiseFinding["verdict"] {
  if (low === undefined || high === undefined) return "undecided";
  if (low >= atLeast && high <= atMost) return "kept";
  return high < atLeast || low > atMost ? "broken" : "undecided";
}
