import type { Moment } from "../base/clock.ts";
import { frontOf } from "../spec/scenario.ts";
import { total } from "../base/sum-of.ts";
import { safeText, withSafeTexts } from "../base/redact.ts";
import type { LoadResult } from "../load/job.ts";
import type { Trial } from "../plan/plan.ts";
import { BASELINE } from "../plan/variant.ts";
import { traceKey } from "../fidelity/lost-spans.ts";
import { NATIVE_CODE, OTHER_THREADS } from "../record/part-metrics.ts";
import { callsPerRequest } from "../record/calls.ts";
import type { Fidelity } from "../record/fidelity.ts";
import type { TrialRecord, Warning } from "../record/trial-record.ts";
import type { Setting } from "./setting.ts";
import type { Running } from "./running.ts";
import type { LedgerReading } from "./measure/ledger-reading.ts";
import { gate } from "./gates/gates.ts";
import { dashboardOf } from "./measure/dashboard.ts";
import { arrivalsOf } from "./measure/arrivals.ts";
import { cpuBetween, mainThreadsBetween } from "./processes/accounting.ts";
import { instrumentationsOf, partsOf } from "./measure/profile.ts";
import type { Measured } from "./measure/measured.ts";
import type { Readings } from "./gates/readings.ts";
import { loadOf } from "./measure/load.ts";
import { collectorResources, isSteady } from "./collector/collector-reading.ts";
import { hasOwnBytes, receivedPerRequest, sentByService } from "./measure/bytes.ts";
import { resourcesOf, servedIn } from "./measure/resources.ts";

/** Of a profile: what takes less is not kept function by function. */
const LEAST_SHARE = 0.002;

export interface Finding
  extends Running, Required<Pick<Readings, "groupCoreShare" | "collectorsShare" | "elsewhereShare" | "programs">> {
  readonly setting: Setting;
  readonly loadResult: LoadResult;
  readonly ledgerReading: LedgerReading;
  readonly startedAt: Moment;
  readonly warnings: readonly Warning[];
  readonly fidelity: Fidelity | undefined;
}

/** The record of a trial that was measured to its end. */
export function recordOf(finding: Finding): TrialRecord {
  const { trial, variant, setting, loadResult, ledgerReading, meter, startedAt, target, fidelity } = finding;
  const { collector, ledger, spans, targets, finished } = ledgerReading;
  const { batches, encodings, largestBatch, strangers, malformed, conditioned } = ledgerReading.sink;
  const { service } = frontOf(setting.scenario.target);
  const front = finished.filter((one) => one.service === service);
  const load = loadOf(loadResult);
  const isOfWindow = hasOwnBytes(meter.measured);
  const served = { requests: loadResult, fidelity, backend: variant.backend };
  const sent = sentByService(ledgerReading, served, isOfWindow);
  const isCpuKnown = collector !== undefined && isSteady(collector, setting.scenario.warmupMs[trial.phase]);
  const measured = {
    load,
    resources: resourcesOf(meter.measured, loadResult, setting.scenario.target.kind.address === undefined ? sent : {}),
    collector:
      collector &&
      collectorResources(collector, isCpuKnown, {
        completed: servedIn(loadResult),
        bytesOut: ledgerReading.sink.wireBytes,
        // it holds spans of the warm-up when the window opens
        bytesOutPerRequest: receivedPerRequest(ledgerReading.sink, served, undefined),
      }),
    dashboard: collector && dashboardOf(collector, service, loadResult, load),
    ...profileOf(meter.measured, servedIn(loadResult)),
    requests: requestsLedger(front, loadResult, target.probes),
    ledger,
    outside: variant.sampler.kind.traced && targets.length === 0 ? outsideOf(ledgerReading) : undefined,
    instrumented:
      variant.sampler.text === BASELINE || finished.length === 0
        ? undefined
        : distinct(finished.flatMap((one) => one.instrumented)),
    node: distinct(target.lines.map(({ hello }) => hello.node)).join(", ") || undefined,
    roots: rootsOf(front),
    sink: { batches, encodings, largestBatch, strangers, malformed, conditioned },
  };
  const arrivals = arrivalsOf(spans);
  const decisionMs = isCpuKnown ? undefined : collector?.facts.decisionMs;
  const tracers = distinct(finished.flatMap((one) => one.tracers ?? []));
  const others = { named: fidelity !== undefined, collectorDied: collector?.died, arrivals, decisionMs, tracers };
  const warnings = [...finding.warnings, ...gate({ ...finding, ...measured, ...others })];
  return {
    trial,
    startedAt: startedAt.date.toISOString(),
    tookMs: msSince(startedAt),
    ending: "completed",
    valid: !warnings.some(({ invalidates }) => invalidates === true),
    ...withSafeTexts({ warnings, ...measured, fidelity }),
  };
}

/** The record of a trial of the phase `start`. */
export function startRecord(trial: Trial, startedAt: Moment, start: NonNullable<TrialRecord["start"]>): TrialRecord {
  return { ...unmeasured(trial, startedAt), ending: "completed", valid: true, start };
}

export function failedRecord(trial: Trial, startedAt: Moment, error: Error): TrialRecord {
  return { ...unmeasured(trial, startedAt), ending: "failed", failure: safeText(error.message) };
}

export function abortedRecord(trial: Trial, startedAt: Moment): TrialRecord {
  return { ...unmeasured(trial, startedAt), ending: "aborted" };
}

function unmeasured(trial: Trial, startedAt: Moment): Omit<TrialRecord, "ending"> {
  return { trial, startedAt: startedAt.date.toISOString(), tookMs: msSince(startedAt), valid: false, warnings: [] };
}

function msSince({ monotonicMs }: Moment): number {
  return Math.round(performance.now() - monotonicMs);
}

function distinct(texts: readonly string[]): string[] {
  return [...new Set(texts)].toSorted();
}

/**
 * µs per request. The profiler knows the JavaScript of the main threads, the kernel what these took in all: the rest is native
 * code. Other threads compile, collect and wait for I/O; those of the profiler itself are left out.
 */
function profileOf(
  { profile, open, closed, nodePids }: Measured,
  requests: number,
): Pick<TrialRecord, "profile" | "instrumentations" | "calls"> {
  const kernel = cpuBetween(open.target, closed.target);
  const mainUs = mainThreadsBetween(open.target, closed.target, nodePids);
  if (profile === undefined || kernel === undefined || mainUs === undefined) return {};
  const javaScriptUs = total(profile.calls, ({ us }) => us);
  const others = [
    [NATIVE_CODE, mainUs - javaScriptUs],
    [OTHER_THREADS, kernel.totalUs - mainUs - profile.profilerUs],
  ] as const;
  const perRequest = (parts: Iterable<readonly [string, number]>) =>
    Object.fromEntries([...parts].map(([part, us]) => [part, us / requests]));
  const calls = [...profile.calls, ...others.map(([part, us]) => ({ name: part, part, us, calls: [] }))];
  return {
    profile: perRequest([...partsOf(profile.calls), ...others]),
    instrumentations: perRequest(instrumentationsOf(profile.calls)),
    calls: callsPerRequest(calls, requests, LEAST_SHARE),
  };
}

/** The processes that the load goes to count requests too. What the service asked itself is not the driver's. */
function requestsLedger(front: LedgerReading["finished"], { lifetime }: LoadResult, probes: number) {
  if (front.length === 0) return undefined;
  const own = total(front, ({ ownCalls }) => ownCalls) + probes;
  return {
    startedAtTarget: total(front, ({ requestsStarted }) => requestsStarted) - own,
    completedAtDriver: lifetime.completed,
    unfinishedAtDriver: lifetime.unfinished,
  };
}

/** Of the processes that the load goes to: in a chain, what the others decide is no draw of its own. */
function rootsOf(front: LedgerReading["finished"]): TrialRecord["roots"] {
  const spans = front.flatMap((process) => process.spans ?? []);
  if (spans.length === 0) return undefined;
  return {
    started: total(spans, ({ rootsStarted }) => rootsStarted),
    sampled: total(spans, ({ rootsSampled }) => rootsSampled),
  };
}

function outsideOf({ spans, sink }: LedgerReading): TrialRecord["outside"] {
  const { received, duplicates, rejected } = sink;
  const ids = Array.from(spans.traceIdHigh, (_, row) => traceKey(spans, row));
  return { received, duplicates, rejected, traces: new Set(ids).size };
}
