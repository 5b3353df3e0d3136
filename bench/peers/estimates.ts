import { z } from "zod";
import { estimateSchema } from "../../src/estimate/estimate.ts";
import { pairRounds } from "../../src/estimate/rounds.ts";
import { interval, oneSample } from "../../src/estimate/statistics/student.ts";
import { MIN_ROUNDS } from "../../src/estimate/verdict.ts";
import { FIGURE_NAMES, figureNameSchema, figureOf, type Figure, type FigureName, type Turn } from "./figures.ts";

export const CONFIDENCE = 0.95;

/** A figure of a peer, or its ratio to another's (`against`). Without `low` and `high` it is no finding. */
export const peerEstimateSchema = estimateSchema
  .omit({ phase: true, variant: true, verdict: true })
  .extend({ peer: z.string(), metric: figureNameSchema });
export type PeerEstimate = z.infer<typeof peerEstimateSchema>;

/** The peer that another's figures are divided by, if it is to be compared. */
export type Reference = (peer: string) => string | undefined;

const BY_NAME = new Intl.Collator("en", { numeric: true }).compare;

/** By name, of every peer each figure, and where it is to be compared its ratio to the reference's, paired by round. */
export function estimatesOf(turns: readonly Turn[], reference: Reference): PeerEstimate[] {
  const peers = [...new Set(turns.map(({ peer }) => peer))].toSorted(BY_NAME);
  return peers.flatMap((peer) =>
    FIGURE_NAMES.flatMap((metric) => [
      ...absolute(peer, metric, valuesOf(turns, peer, metric)),
      ...ratio(turns, peer, metric, reference(peer)),
    ]),
  );
}

function valuesOf(turns: readonly Turn[], peer: string, metric: FigureName): Map<number, number> {
  const isLog = figureOf(metric).scale === "log";
  return new Map(
    turns.flatMap(({ round, peer: whose, figures }) => {
      const value = whose === peer ? figures[metric] : undefined;
      return value === undefined || (isLog && value <= 0) ? [] : [[round, value] as const];
    }),
  );
}

function absolute(peer: string, metric: FigureName, values: ReadonlyMap<number, number>): PeerEstimate[] {
  const { unit = "ratio", scale } = figureOf(metric);
  const method = scale === "log" ? "student-t on logarithms over rounds" : "student-t over rounds";
  return estimate({ peer, metric, unit, method }, [...values.values()], scale);
}

function ratio(turns: readonly Turn[], peer: string, metric: FigureName, against: string | undefined): PeerEstimate[] {
  if (against === undefined || against === peer || figureOf(metric).compared !== true) return [];
  const pairs = pairRounds(valuesOf(turns, peer, metric), valuesOf(turns, against, metric));
  const about = { peer, metric, unit: "ratio", against, method: "student-t on log ratios, paired by round" };
  return estimate(
    about,
    pairs.map(({ value, baseline }) => value / baseline),
    "log",
  );
}

/** On which noise is even, and the way back. */
const SCALES: Readonly<Record<Figure["scale"], Record<"to" | "back", (value: number) => number>>> = {
  log: { to: Math.log, back: Math.exp },
  linear: { to: Number, back: (value) => Math.max(0, value) },
  signed: { to: Number, back: Number },
};

/** Too few rounds make a number without an interval, which nothing is concluded from. */
function estimate(
  about: Omit<PeerEstimate, "center" | "confidence" | "n" | "warnings">,
  values: readonly number[],
  scale: Figure["scale"],
): PeerEstimate[] {
  const n = values.length;
  if (n === 0) return [];
  const { to, back } = SCALES[scale];
  const contrast = oneSample(values.map(to));
  const bounds = n < MIN_ROUNDS ? undefined : interval(contrast, CONFIDENCE);
  return [
    {
      ...about,
      center: back(contrast.mean),
      ...(bounds && { low: back(bounds.low), high: back(bounds.high) }),
      confidence: CONFIDENCE,
      n,
      warnings: bounds === undefined ? [fewRounds(n)] : [],
    },
  ];
}

function fewRounds(n: number): PeerEstimate["warnings"][number] {
  return {
    code: "few-rounds",
    message: `${n} ${n === 1 ? "round is" : "rounds are"} too few for an interval`,
    fix: `--rounds ${MIN_ROUNDS}, or more`,
  };
}
