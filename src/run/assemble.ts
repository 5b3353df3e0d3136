import type { LoadResult } from "../load/job.ts";
import type { Trial } from "../plan/trial.ts";
import type { Fidelity } from "../record/fidelity.ts";
import type { Load, Resources, TrialRecord, Warning } from "../record/trial-record.ts";
import { cpuBetween } from "./measure/accounting.ts";
import type { Setting } from "./setting.ts";
import type { Running } from "./starts.ts";
import type { Books } from "./measure/ledger-reading.ts";
import { gate } from "./gates/gates.ts";
import { latencyOf, lateOf } from "./measure/latency.ts";
import type { Measured } from "./measure/meter.ts";

export interface Finding extends Running {
  readonly setting: Setting;
  readonly lane: LoadResult;
  readonly books: Books;
  readonly startedAt: Date;
  readonly warnings: readonly Warning[];
  readonly fidelity: Fidelity | undefined;
  /** Share of the target core that all variants of the block took together. */
  readonly blockCoreShare: number;
}

/** The record of a trial that was measured to its end. */
export function recordOf(finding: Finding): TrialRecord {
  const { trial, lane, books, meter, startedAt } = finding;
  const load = loadOf(lane);
  const resources = resourcesOf(meter.measured, lane, books);
  const requests = requestsLedger(finding);
  const roots = rootsOf(finding);
  const measured = {
    load,
    ...(resources && { resources }),
    ...(requests && { requests }),
    ...(books.ledger ? { ledger: books.ledger } : outsideOf(finding)),
    ...(roots && { roots }),
    sink: {
      batches: books.sink.batches,
      malformed: { ...books.sink.malformed },
      conditioned: { ...books.sink.conditioned },
    },
  };
  const warnings = [...finding.warnings, ...gate({ ...finding, judged: finding.fidelity !== undefined, ...measured })];
  return {
    trial,
    startedAt: startedAt.toISOString(),
    tookMs: Date.now() - startedAt.getTime(),
    ending: "completed",
    valid: !warnings.some(({ voids }) => voids),
    warnings,
    ...measured,
    ...(finding.fidelity && { fidelity: finding.fidelity }),
  };
}

export function failedRecord(trial: Trial, startedAt: Date, error: Error): TrialRecord {
  return { ...unmeasured(trial, startedAt), ending: "failed", failure: error.message };
}

export function abortedRecord(trial: Trial, startedAt: Date): TrialRecord {
  return { ...unmeasured(trial, startedAt), ending: "aborted" };
}

function unmeasured(trial: Trial, startedAt: Date): Omit<TrialRecord, "ending"> {
  const tookMs = Date.now() - startedAt.getTime();
  return { trial, startedAt: startedAt.toISOString(), tookMs, valid: false, warnings: [] };
}

function loadOf(lane: LoadResult): Load {
  const { intended, sent, completed, expectedFailures, unexpected, errors, timeouts, skipped, unfinished } = lane;
  return {
    intended,
    sent,
    completed,
    expectedFailures,
    unexpected,
    errors,
    timeouts,
    skipped,
    unfinished,
    elapsedMs: lane.elapsedMs,
    requestsPerSecond: completed / (lane.elapsedMs / 1000),
    lateMs: lateOf(lane.latenessUs),
    responseTime: latencyOf(lane.responseTimeUs),
    serviceTime: latencyOf(lane.serviceTimeUs),
    bytesReceived: lane.bytesReceived,
  };
}

/** CPU of the target by the kernel; by the process's own account where the kernel does not tell. */
function resourcesOf(measured: Measured, lane: LoadResult, books: Books): Resources | undefined {
  const { open, closed, drained, usageAtOpen, usageAtClose } = measured;
  const total = (pick: (usage: (typeof usageAtOpen)[number]) => number): number =>
    usageAtClose.reduce((sum, usage) => sum + pick(usage), 0) -
    usageAtOpen.reduce((sum, usage) => sum + pick(usage), 0);
  const selfUser = total((usage) => usage.cpuUserUs);
  const selfSystem = total((usage) => usage.cpuSystemUs);
  const known = usageAtClose.length > 0;
  const kernel = cpuBetween(open.target, closed.target);
  if (kernel === undefined && !known) return undefined;
  const cpuUs = kernel?.totalUs ?? selfUser + selfSystem;
  const userTicks = known ? selfUser : kernel!.userUs;
  const systemTicks = known ? selfSystem : kernel!.systemUs;
  const userShare = userTicks / (userTicks + systemTicks || 1);
  const wallUs = (closed.atMs - open.atMs) * 1000;
  const windowUs = (drained.atMs - open.atMs) * 1000;
  const core = (who: "driver" | "sink"): number => (cpuBetween(open[who], drained[who])?.totalUs ?? 0) / windowUs;
  const worst = (pick: (usage: (typeof usageAtOpen)[number]) => number): number =>
    Math.max(0, ...usageAtClose.map(pick));
  const burntUs = total((usage) => usage.burntUs);
  return {
    cpuUs,
    cpuUserUs: cpuUs * userShare,
    cpuSystemUs: cpuUs * (1 - userShare),
    cpuUsPerRequest: cpuUs / lane.completed,
    cpuUsSelfReported: known ? selfUser + selfSystem : cpuUs,
    rssBytes: usageAtClose.reduce((sum, usage) => sum + usage.rssBytes, 0),
    heapBytes: measured.heapBytes,
    gcMs: usageAtClose.reduce((sum, usage) => sum + usage.gcMs, 0),
    gcCount: usageAtClose.reduce((sum, usage) => sum + usage.gcCount, 0),
    loopDelayMs: {
      p50: worst((usage) => usage.loopDelayMs.p50),
      p99: worst((usage) => usage.loopDelayMs.p99),
      max: worst((usage) => usage.loopDelayMs.max),
    },
    loopUtilization: worst((usage) => usage.loopUtilization),
    bytesOut: books.sink.wireBytes,
    bytesOutPerRequest: books.sink.wireBytes / Math.max(1, lane.lifetime.completed),
    targetCoreShare: cpuUs / wallUs,
    driverCoreShare: core("driver"),
    sinkCoreShare: core("sink"),
    flushMs: measured.flushMs,
    ...(burntUs > 0 && { burntUsPerRequest: burntUs / lane.completed }),
  };
}

/** The process that the load goes to counts requests too. */
function requestsLedger(finding: Finding): TrialRecord["requests"] {
  const { lane } = finding;
  const front = frontOf(finding);
  return (
    front && {
      startedAtTarget: front.requestsStarted,
      answeredByTarget: front.requestsAnswered,
      completedAtDriver: lane.lifetime.completed,
      unfinishedAtDriver: lane.lifetime.unfinished,
    }
  );
}

/** Of the process that the load goes to: in a chain, what the others decide is no draw of its own. */
function rootsOf(finding: Finding): TrialRecord["roots"] {
  const spans = frontOf(finding)?.spans;
  return spans && { started: spans.rootsStarted, sampled: spans.rootsSampled };
}

function frontOf({ setting, books }: Finding): Books["finished"][number] | undefined {
  const { kind, config } = setting.scenario.target;
  const front = kind.services(config).at(-1)?.service;
  // `npm start` runs two processes under one name: the one that answers requests is meant
  return books.finished
    .filter(({ service }) => service === front)
    .toSorted((a, b) => b.requestsStarted - a.requestsStarted)[0];
}

function outsideOf({ variant, books }: Finding): Pick<TrialRecord, "outside"> {
  if (!variant.sampler.kind.traced) return {};
  const { received, duplicates, rejected } = books.sink;
  return { outside: { received, duplicates, rejected } };
}
