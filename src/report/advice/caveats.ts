import { formatDuration } from "../../base/units.ts";
import { processesOf, type Advice } from "../../estimate/advise/advise.ts";
import { queueOf, rateLimitOf, retryTimeoutOf } from "../../estimate/advise/deployment.ts";
import type { Assessed } from "../../estimate/advise/limits.ts";
import { distance } from "../../estimate/advise/traffic.ts";
import type { Results } from "../../record/results.ts";
import { plain, shareText } from "../format.ts";

/** What the reader must know before following the advice, a sentence each. */
export function caveatsOf(results: Results, advice: Advice): string[] {
  const { chosen, wishes, notToldApart } = advice;
  if (chosen === undefined) return healthOf(results);
  const others = notToldApart.map(({ candidate }) => candidate.variant.id);
  return [
    ...healthOf(results),
    ...(Object.keys(wishes.limits).length === 0
      ? ["No limit was given, so the variant that keeps the most wins: give --max-cpu, --max-p99 or --max-spend."]
      : []),
    ...(others.length > 0
      ? [`Costs less CPU, and what it keeps does not differ beyond the intervals: ${others.join(", ")}.`]
      : []),
    ...trafficCaveats(chosen, advice),
    ...advice.assessed.flatMap((one) => burstCaveats(one, results)),
    ...queueCaveats(chosen, advice, processesOf(results)),
  ];
}

function healthOf({ records, plan, ending }: Results): string[] {
  const invalid = records.filter(({ valid, ending: how }) => !valid || how !== "completed");
  const codes = new Set(invalid.flatMap(({ warnings }) => warnings.map(({ code }) => code)));
  return [
    ...(ending === "interrupted" ? [`Interrupted: ${records.length} of ${plan.trials.length} trials were run.`] : []),
    ...(invalid.length > 0
      ? [
          `${invalid.length} of ${records.length} trials failed or are invalid${codes.size > 0 ? ` (${[...codes].join(", ")})` : ""}.`,
        ]
      : []),
  ];
}

/** CPU µs per request differ by 1.5 from low load to capacity. */
const FAR = 2;

function trafficCaveats({ candidate, projection }: Assessed, { wishes }: Advice): string[] {
  const { traffic } = wishes;
  if (traffic === undefined || projection === undefined) return [];
  const { factor, instancesNeeded, isVolumeKnown } = projection;
  return [
    ...(traffic.instances === 1 ? ["All traffic goes to 1 process: --instances says how many share it."] : []),
    ...(instancesNeeded === undefined
      ? []
      : [
          `One process carries ${plain(candidate.figures.capacity!.center)} requests/s at most: your traffic needs ${instancesNeeded} processes or more.`,
        ]),
    ...(distance(factor) > FAR
      ? [`One process gets ${plain(factor)} times the load that CPU was measured at: cores are extrapolated.`]
      : []),
    ...(isVolumeKnown
      ? []
      : [
          `How much ${candidate.variant.sampler.text} keeps depends on the load in a way that one measured load does not show.`,
        ]),
  ];
}

/** A burst this large of what was kept in a window makes the share too high. */
const LARGE_BURST = 0.1;

function burstCaveats({ candidate: { variant } }: Assessed, { scenario }: Results): string[] {
  const limit = rateLimitOf(variant);
  const windowS = scenario.durationMs.latency / 1000;
  const share = limit && limit.burst / (limit.perSecond * windowS);
  return share === undefined || share < LARGE_BURST
    ? []
    : [
        `${variant.sampler.text} may keep ${limit!.burst} traces at once after a quiet time: up to ${plain(share * 100)} % of what it keeps in a window of ${plain(windowS)} s, so measured shares may be too high by that.`,
      ];
}

const LEAST_LOSS = 0.001;

function queueCaveats({ candidate }: Assessed, { queue, wishes }: Advice, processes: number): string[] {
  const { figures, variant } = candidate;
  const lost = figures.lostAtCapacity;
  const asked = wishes.queue.outageMs !== undefined || wishes.queue.exportLatencyMs !== undefined;
  const why =
    queueOf(variant) === undefined
      ? `${variant.processor!.text} has no queue`
      : processes > 1
        ? `each of the ${processes} processes of this target has a queue, and the file has their sum`
        : "the file does not count what it queues and exports";
  return [
    ...(lost !== undefined && lost.center >= LEAST_LOSS
      ? [`At capacity it lost ${shareText(lost)} of its spans.`]
      : []),
    ...(queue === undefined && asked ? [`--outage and --export-latency have no effect: ${why}.`] : []),
    ...(queue !== undefined && queue.loadPerSecond > queue.ceilingPerSecond
      ? [
          "The load is above the ceiling of the queue: spans will be lost, whatever its size. Use larger batches or more processes.",
        ]
      : []),
    ...(queue?.outage === undefined
      ? []
      : outageCaveats(queue.outage, retryTimeoutOf(variant), variant.exporter!.text)),
  ];
}

function outageCaveats(
  outage: NonNullable<NonNullable<Advice["queue"]>["outage"]>,
  timeoutMs: number,
  exporter: string,
): string[] {
  const instead = "a Collector with a persistent queue (exporter sending_queue with storage: file_storage) does";
  if (timeoutMs === 0) return [`${exporter} does not retry, so no queue helps in an outage: ${instead}.`];
  if (!outage.helps) {
    return [
      `No queue helps in so long an outage: the exporter gives a batch up after ${formatDuration(timeoutMs)}, which can happen from ${plain(outage.longestMs / 1000)} s on; ${instead}.`,
    ];
  }
  return [
    `The queue is for a backend that refuses. One that hangs takes the whole timeout (${formatDuration(timeoutMs)}) for a batch, and that batch is lost: then only ${instead.replace(/ does$/, "")} helps.`,
  ];
}
