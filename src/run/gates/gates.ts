/**
 * What makes a trial's figures doubtful. Pure: the readings of a trial in, warnings out. A trial is void where the
 * disturbance is in what its phase measures. In the phase cost the variants share every moment and suffer alike, so what
 * the machine does there only warns.
 */
import { median } from "../../base/median.ts";
import { percent } from "../../base/units.ts";
import { phaseRow, rateOption, type Phase } from "../../spec/phases.ts";
import type { Warning } from "../../record/trial-record.ts";
import {
  lostRequests,
  requestsUnaccounted,
  requestsUnnamed,
  residual,
  sdkMetricsCost,
  unexpectedResponses,
} from "./ledger-gates.ts";
import { tracerInBaseline } from "./baseline-gate.ts";
import {
  collectorCpuUnknown,
  collectorDied,
  collectorStarved,
  spansAfterDecision,
  tracesDroppedEarly,
} from "./collector-gates.ts";
import { flushLate, flushOutside, lostInWarmup, warmupUnflushed } from "./flush-gates.ts";
import { foreignLoad } from "../measure/foreign-load.ts";
import type { Readings } from "../measure/readings.ts";
import { clockStep, governors, steal } from "./machine-gates.ts";
import { notRestarted } from "./running-gate.ts";
import { samplingGate } from "./sampling-gate.ts";
import { exporterWithoutEffect, keptShare, noFlushAtExit, processorWithoutEffect } from "./own-sdk-gates.ts";
import { malformedRequests, strangers, tracesBeyondRequests } from "./sink-gates.ts";

const LIMITS = {
  lateP99Ms: 2,
  lateShareOfService: 0.1,
  rateReached: 0.995,
  helperCoreShare: 0.5,
  filledCoreShare: 0.95,
  targetCoreShare: 0.7,
  saturatedCoreShare: 0.9,
  drift: 0.1,
};

type Gate = (readings: Readings, phase: Phase) => Warning | undefined;

const GATES: readonly Gate[] = [
  driverLate,
  rateReached,
  driverBusy,
  sinkBusy,
  targetBusy,
  notSaturated,
  steal,
  foreignLoad,
  drift,
  samplingGate,
  unexpectedResponses,
  lostRequests,
  clockStep,
  governors,
  residual,
  sdkMetricsCost,
  requestsUnaccounted,
  requestsUnnamed,
  strangers,
  malformedRequests,
  tracesBeyondRequests,
  tracerInBaseline,
  exporterWithoutEffect,
  processorWithoutEffect,
  keptShare,
  noFlushAtExit,
  flushLate,
  flushOutside,
  lostInWarmup,
  warmupUnflushed,
  collectorDied,
  collectorCpuUnknown,
  collectorStarved,
  tracesDroppedEarly,
  spansAfterDecision,
  notRestarted,
];

export function gate(readings: Readings): Warning[] {
  return GATES.flatMap((check) => check(readings, readings.trial.phase) ?? []);
}

const isClosed = (phase: Phase): boolean => phaseRow(phase).loop === "closed";
const isSideBySide = (phase: Phase): boolean => phaseRow(phase).layout === "side by side";
/** One that runs already may use all cores. */
const hasItsCore = ({ setting }: Readings): boolean => setting.scenario.target.kind.address === undefined;

function driverLate({ load: { lateMs, serviceTime } }: Readings, phase: Phase): Warning | undefined {
  if (isClosed(phase)) return undefined;
  const limitMs = Math.max(LIMITS.lateP99Ms, LIMITS.lateShareOfService * serviceTime.p50);
  // few requests: chance decides what the latest 1 % are
  if ((lateMs.p99Low ?? lateMs.p99) <= limitMs) return undefined;
  return {
    code: "driver-late",
    message: `requests left late: p99 ${lateMs.p99.toFixed(2)} ms after their intended time, beyond doubt above ${limitMs.toFixed(2)} ms`,
    fix: `lower ${rateOption(phase)}, or free the cores that driver and sink run on`,
    invalidates: !isSideBySide(phase),
  };
}

function rateReached({ load }: Readings, phase: Phase): Warning | undefined {
  if (isClosed(phase) || load.completed >= LIMITS.rateReached * load.intended) return undefined;
  return {
    code: "rate-not-reached",
    message: `${load.completed} of ${load.intended} intended requests were completed (${percent(load.completed / load.intended)})`,
    fix: `lower ${rateOption(phase)}, or raise --connections`,
    invalidates: true,
  };
}

/** Of another engine each worker has a core, and may wait for the due time of a request by spinning. */
function driverBusy({ resources, setting }: Readings, phase: Phase): Warning | undefined {
  const { kind, config } = setting.scenario.driver;
  const workers = kind.engine?.(config).workers;
  const isFilled = isClosed(phase) || workers !== undefined;
  const limit = (isFilled ? LIMITS.filledCoreShare : LIMITS.helperCoreShare) * (workers ?? 1);
  return busy(
    "driver-busy",
    "the driver",
    resources?.driverCoreShare,
    limit,
    isClosed(phase)
      ? "lower --connections, or free the cores that the driver runs on: it, not the service, may be the limit"
      : `lower ${rateOption(phase)}`,
  );
}

function sinkBusy({ resources }: Readings, phase: Phase): Warning | undefined {
  return busy(
    "sink-busy",
    "the sink",
    resources?.sinkCoreShare,
    LIMITS.helperCoreShare,
    `${isClosed(phase) ? "" : `lower ${rateOption(phase)}, or `}sample less: the backend must not be what slows the exporter`,
  );
}

/** Side by side the core is shared: what counts is how full it is, not this variant's part of it. */
function targetBusy(readings: Readings, phase: Phase): Warning | undefined {
  if (isClosed(phase) || !hasItsCore(readings)) return undefined;
  const harm = isSideBySide(phase) ? "costs blur" : "latencies with them";
  const fix = `lower ${rateOption(phase)}: near saturation queues grow and ${harm}`;
  return busy("target-busy", "the target's core", readings.groupCoreShare, LIMITS.targetCoreShare, fix);
}

/** Below that the closed loop measures how long its connections wait, and a cost in CPU hardly shows. */
function notSaturated(readings: Readings, phase: Phase): Warning | undefined {
  const { groupCoreShare, meter } = readings;
  const isKnown = meter.measured.drained.target !== undefined && hasItsCore(readings);
  if (!isClosed(phase) || !isKnown || groupCoreShare >= LIMITS.saturatedCoreShare) return undefined;
  return {
    code: "not-saturated",
    message: `the service kept its core ${percent(groupCoreShare)} busy (saturated: ${percent(LIMITS.saturatedCoreShare)}): something else than its CPU limits its throughput, such as the connections or other programs`,
    fix: "raise --connections, and see that nothing else runs; if that changes nothing, the service itself waits for something",
  };
}

function busy(code: string, who: string, share: number | undefined, limit: number, fix: string): Warning | undefined {
  if (share === undefined || share <= limit) return undefined;
  return { code, message: `${who} was busy ${percent(share)} of the time (limit ${percent(limit)})`, fix };
}

function drift({ meter, loadResult }: Readings, phase: Phase): Warning | undefined {
  const { firstHalfUsPerMs: first, secondHalfUsPerMs: second } = meter.measured;
  const change = isSideBySide(phase) ? relativeChange(first, second) : serviceDrift(loadResult.windowServiceMs);
  if (change === undefined || Math.abs(change) <= LIMITS.drift) return undefined;
  const what = isSideBySide(phase) ? "CPU per request" : "service time";
  return {
    code: "drift",
    message: `${what} changed by ${percent(change)} between the halves of the window`,
    fix: "lengthen --warmup; if all variants of a round drift alike, the machine does, and ratios do not suffer",
  };
}

/** Undefined if one is unknown, or 0: nothing was measured in it. */
function relativeChange(from: number | undefined, to: number | undefined): number | undefined {
  return from && to ? to / from - 1 : undefined;
}

/** Medians of the window's first and last tenths: one slow tenth is no drift. A tenth without an answer has 0. */
function serviceDrift(tenthsMs: readonly number[]): number | undefined {
  if (tenthsMs.length < 10 || tenthsMs.includes(0)) return undefined;
  return relativeChange(median(tenthsMs.slice(0, 5)), median(tenthsMs.slice(-5)));
}
