/**
 * What makes a trial's figures doubtful. Pure: the readings of a trial in, warnings out. A trial is invalid if it
 * was disturbed in what its phase measures. In the phase cost the variants share every moment and suffer alike, so what
 * the machine does there only warns.
 */
import { median } from "../../base/median.ts";
import { percent } from "../../base/units.ts";
import { phaseRow, rateOption, type Phase } from "../../spec/phases.ts";
import type { Warning } from "../../record/trial-record.ts";
import type { Gates, Readings } from "./readings.ts";
import { COLLECTOR_GATES } from "./collector-gates.ts";
import { FLUSH_GATES } from "./flush-gates.ts";
import { LEDGER_GATES } from "./ledger-gates.ts";
import { MACHINE_GATES } from "./machine-gates.ts";
import { OWN_SDK_GATES } from "./own-sdk-gates.ts";

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

const LOAD_GATES: Gates = {
  "driver-late"({ load: { lateMs, serviceTime } }, phase) {
    if (isClosed(phase)) return undefined;
    const limitMs = Math.max(LIMITS.lateP99Ms, LIMITS.lateShareOfService * serviceTime.p50);
    // few requests: chance decides what the latest 1 % are
    if ((lateMs.p99Low ?? lateMs.p99) <= limitMs) return undefined;
    return {
      message: `requests left late: p99 ${lateMs.p99.toFixed(2)} ms after their intended time, beyond doubt above ${limitMs.toFixed(2)} ms`,
      fix: `end other programs: driver and sink need their cores; or lower ${rateOption(phase)}, and the figures hold at that rate`,
      // a late request takes as much CPU, but only response times count from when it was due
      invalidates: !isSideBySide(phase) && phaseRow(phase).profiled !== true,
    };
  },

  "rate-not-reached"({ load }, phase) {
    if (isClosed(phase) || load.completed >= LIMITS.rateReached * load.intended) return undefined;
    return {
      message: `${load.completed} of ${load.intended} intended requests were completed (${percent(load.completed / load.intended)})`,
      fix: `lower ${rateOption(phase)}, or raise --connections`,
      invalidates: true,
    };
  },

  /** Of another engine each worker has a core, and may wait for the due time of a request by spinning. */
  "driver-busy"({ resources, setting }, phase) {
    const { kind, config } = setting.scenario.driver;
    const workers = kind.engine?.(config).workers;
    const isFilled = isClosed(phase) || workers !== undefined;
    const limit = (isFilled ? LIMITS.filledCoreShare : LIMITS.helperCoreShare) * (workers ?? 1);
    return busy(
      "the driver",
      resources?.driverCoreShare,
      limit,
      isClosed(phase)
        ? "lower --connections, or free the cores that the driver runs on: it, not the service, may be the limit"
        : `lower ${rateOption(phase)}`,
    );
  },

  "sink-busy"({ resources }, phase) {
    return busy(
      "the sink",
      resources?.sinkCoreShare,
      LIMITS.helperCoreShare,
      `${isClosed(phase) ? "" : `lower ${rateOption(phase)}, or `}sample less: the backend must not be what slows the exporter`,
    );
  },

  /** Side by side the core is shared: what counts is how full it is, not this variant's part of it. */
  "target-busy"(readings, phase) {
    if (isClosed(phase) || !hasItsCore(readings)) return undefined;
    const harm = isSideBySide(phase) ? "costs blur" : "latencies with them";
    const { groupCoreShare, load, setting } = readings;
    const perSecond = (1000 * load.intended) / setting.scenario.durationMs[phase];
    const carried = roundedDown((perSecond * LIMITS.targetCoreShare) / groupCoreShare);
    const fix = `lower ${rateOption(phase)} to ${carried}/s: near saturation queues grow and ${harm}`;
    const own = readings.resources?.targetCoreShare;
    if (!isSideBySide(phase) || own === undefined || groupCoreShare <= LIMITS.targetCoreShare)
      return busy("the target's core", groupCoreShare, LIMITS.targetCoreShare, fix);
    const limit = percent(LIMITS.targetCoreShare);
    return {
      message: `all variants together kept the target's core ${percent(groupCoreShare)} busy (limit ${limit}), this one alone ${percent(own)}`,
      fix,
    };
  },

  /** Below that the closed loop measures how long its connections wait, and a cost in CPU hardly shows. */
  "not-saturated"(readings, phase) {
    const { groupCoreShare, meter } = readings;
    const isKnown = meter.measured.drained.target !== undefined && hasItsCore(readings);
    if (!isClosed(phase) || !isKnown || groupCoreShare >= LIMITS.saturatedCoreShare) return undefined;
    return {
      message: `the service kept its core ${percent(groupCoreShare)} busy (saturated: ${percent(LIMITS.saturatedCoreShare)}): something else than its CPU limits its throughput, such as the connections or other programs`,
      fix: "raise --connections; if that changes nothing, the service itself waits for something",
    };
  },

  drift({ meter, loadResult }, phase) {
    const { firstHalfUsPerMs: first, secondHalfUsPerMs: second } = meter.measured;
    const change = isSideBySide(phase) ? relativeChange(first, second) : serviceDrift(loadResult.windowServiceMs);
    if (change === undefined || Math.abs(change) <= LIMITS.drift) return undefined;
    const cpu = meter.measured.usageAtClose.length > 0 ? "CPU of the main thread per request" : "CPU per request";
    const what = isSideBySide(phase) ? cpu : "service time";
    return {
      message: `${what} changed by ${percent(change)} between the halves of the window`,
      fix: "lengthen --warmup; if all variants of a round drift alike, the machine does, and ratios do not suffer",
    };
  },
};

/** In the order of the table, by code. */
const GATES: readonly (readonly [code: string, check: Gates[string]])[] = [
  LOAD_GATES,
  MACHINE_GATES,
  LEDGER_GATES,
  OWN_SDK_GATES,
  FLUSH_GATES,
  COLLECTOR_GATES,
].flatMap((gates) => Object.entries(gates));

export function gate(readings: Readings): Warning[] {
  const warnings = GATES.flatMap(([code, check]) => {
    const found = check(readings, readings.trial.phase);
    return found === undefined ? [] : [{ code, ...found }];
  });
  if (!warnings.some(({ code }) => code === "foreign-load")) return warnings;
  return warnings.map((one) =>
    BY_OTHERS.has(one.code) ? { ...one, fix: `end the other programs (foreign-load); if it stays, ${one.fix}` } : one,
  );
}

/** What other programs may be the cause of. */
const BY_OTHERS: ReadonlySet<string> = new Set(["not-saturated", "drift"]);

const isClosed = (phase: Phase): boolean => phaseRow(phase).loop === "closed";
const isSideBySide = (phase: Phase): boolean => phaseRow(phase).layout === "side by side";
/** One that runs already may use all cores. */
const hasItsCore = ({ setting }: Readings): boolean => setting.scenario.target.kind.address === undefined;

function busy(who: string, share: number | undefined, limit: number, fix: string): ReturnType<Gates[string]> {
  if (share === undefined || share <= limit) return undefined;
  return { message: `${who} was busy ${percent(share)} of the time (limit ${percent(limit)})`, fix };
}

/** To two digits. */
function roundedDown(value: number): number {
  const unit = 10 ** (Math.floor(Math.log10(value)) - 1);
  return Number((Math.floor(value / unit) * unit).toPrecision(2));
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
