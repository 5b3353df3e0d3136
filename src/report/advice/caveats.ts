import { formatDuration, percent } from "../../base/units.ts";
import { processesOf, type Advice } from "../../estimate/advise/advise.ts";
import { isByCollector, queueOf, rateLimitOf, retryTimeoutOf } from "../../estimate/advise/deployment.ts";
import type { Assessed } from "../../estimate/advise/limits.ts";
import type { QueueAdvice } from "../../estimate/advise/queue.ts";
import { distance, HEADROOM } from "../../estimate/advise/traffic.ts";
import type { Results } from "../../record/results.ts";
import { figureText, plain, shareText } from "../format.ts";
import { healthOf } from "../health.ts";
import { absurdLimits } from "./limit-words.ts";
import { unprovedOf } from "./unproved.ts";
import { groupWarnings, type PlacedWarning, warningSummary, warningsOfTrials } from "../warnings.ts";

type Caveats = readonly (string | false | undefined)[];

/** What the reader must know before following the advice, a sentence each. */
export function caveatsOf(results: Results, advice: Advice): string[] {
  const { chosen, wishes } = advice;
  const ofChoice: Caveats =
    chosen === undefined
      ? []
      : [
          Object.keys(wishes.limits).length === 0 &&
            "No limit was given, so the variant that keeps the most wins: give --max-cpu, --max-p99 or --max-spend.",
          ...unprovedOf(chosen, advice),
          ...trafficCaveats(chosen, advice),
          ...queueCaveats(chosen, advice, processesOf(results)),
          advice.collector === undefined && noCollectorCaveat(chosen),
        ];
  const warnings = [...warningsOfTrials(results.records), ...advice.assessed.flatMap(warningsOfFigures)];
  const all: Caveats = [
    ...healthOf(results.records, results.ending === "interrupted" ? results.plan.trials.length : undefined),
    ...absurdLimits(advice.assessed.flatMap(({ standings }) => standings)),
    ...ofChoice,
    ...advice.assessed.map((one) => burstCaveat(one, results)),
    ...warningSummary(
      groupWarnings(warnings, results.records),
      "Warnings of the trials and of these figures (the report explains them)",
    ),
  ];
  return all.filter((caveat) => typeof caveat === "string");
}

/** Of the figures that have a verdict, or that the choice rests on. */
function warningsOfFigures({ candidate: { figures, variant, costPhase } }: Assessed): PlacedWarning[] {
  const { cpuRatio, p99Ratio, failedKept } = figures;
  return [cpuRatio, p99Ratio, failedKept].flatMap((figure) =>
    (figure?.warnings ?? []).map((warning) => ({ warning, phase: costPhase, label: variant.id })),
  );
}

/** CPU µs per request differ by 1.5 from low load to capacity. */
const FAR = 2;

function trafficCaveats({ candidate, projection }: Assessed, { wishes: { traffic } }: Advice): Caveats {
  if (traffic === undefined || projection === undefined) return [];
  const { factors, instancesNeeded, isVolumeKnown } = projection;
  const most = candidate.figures.capacity;
  return [
    traffic.instances === 1 && "All traffic goes to 1 process: --instances N shares it among N.",
    instancesNeeded !== undefined &&
      `One process carries ${plain(most!.center)} requests/s at most, and response times rise steeply above ${percent(HEADROOM)} of that: your traffic needs ${instancesNeeded} processes or more.`,
    distance(factors.cost) > FAR &&
      `One process gets ${plain(factors.cost)} times the load that CPU was measured at: cores are extrapolated.`,
    !isVolumeKnown &&
      `How much ${candidate.variant.sampler.text} keeps depends on the load in a way that one measured load does not show.`,
  ];
}

/** A burst this large of what was kept in a window makes the share too high. */
const LARGE_BURST = 0.1;

function burstCaveat({ candidate }: Assessed, { scenario }: Results): string | undefined {
  const { variant, keptPhase } = candidate;
  const limit = rateLimitOf(variant);
  if (keptPhase === undefined) return undefined;
  const windowS = scenario.durationMs[keptPhase] / 1000;
  const share = limit && limit.burst / (limit.perSecond * windowS);
  if (share === undefined || share < LARGE_BURST) return undefined;
  return `${variant.sampler.text} may keep ${limit!.burst} traces at once after a quiet time: up to ${plain(share * 100)} % of what it keeps in a window of ${plain(windowS)} s, so its measured shares may be too high by that.`;
}

const LEAST_LOSS = 0.001;

function queueCaveats({ candidate }: Assessed, { queue, wishes, collector }: Advice, processes: number): Caveats {
  const { figures, variant } = candidate;
  const lost = figures.lostAtCapacity;
  const lossText = lost && lost.center >= LEAST_LOSS && `At capacity it lost ${shareText(lost)} of its spans.`;
  if (queue === undefined) {
    const counted =
      processes > 1 ? `the file has only the sum over ${processes} processes` : "the file has no counts of it";
    const why = queueOf(variant) === undefined ? `${variant.processor!.text} has no queue` : counted;
    const { exportLatencyMs, outageMs } = wishes.queue;
    const isAsked = exportLatencyMs !== undefined || (outageMs !== undefined && collector === undefined);
    return [lossText, isAsked && `--outage and --export-latency have no effect on the queue: ${why}.`];
  }
  return [
    lossText,
    queue.loadPerSecond > queue.ceilingPerSecond &&
      `The load is above the ceiling of the queue${queue.mayCarryMore ? ", which is uncertain: spans may be lost" : ": spans will be lost"}, whatever its size. Use larger batches or more processes.`,
    queue.outage && outageCaveat(queue.outage, candidate),
  ];
}

const INSTEAD = "a Collector with a persistent queue (sending_queue with storage: file_storage)";

function outageCaveat(outage: NonNullable<QueueAdvice["outage"]>, { variant }: Assessed["candidate"]): string {
  const timeoutMs = retryTimeoutOf(variant);
  const timeout = formatDuration(timeoutMs);
  if (timeoutMs === 0)
    return `No queue helps in an outage, because ${variant.exporter!.text} does not retry. Use ${INSTEAD}.`;
  return outage.helps
    ? `The queue is for a backend that refuses. One that hangs takes the whole timeout (${timeout}) for a batch, and that batch is lost. Then use ${INSTEAD}.`
    : `No queue helps in so long an outage: the exporter gives a batch up after ${timeout}, which can happen from ${plain(outage.longestMs / 1000)} s on. Use ${INSTEAD}.`;
}

/** What is unknown without a Collector in the run. */
function noCollectorCaveat({ candidate: { variant, byCollector, figures } }: Assessed): string {
  if (byCollector !== undefined && figures.collectorCpuUs !== undefined)
    return `A Collector of the same policies was measured as ${byCollector.id}: it takes ${figureText(figures.collectorCpuUs)} µs CPU for a request. Its memory, and the outages that its queue bears, depend on its other settings.`;
  const options = isByCollector(variant) ? "--sampler always_on --collector tail-sampling" : "--collector batch";
  return `No Collector was measured with this variant. Its cores, its memory, and the outages that its queue bears are unknown: ${options} measures one.`;
}
