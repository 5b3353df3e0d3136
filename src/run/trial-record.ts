import { safeText, withSafeTexts } from "../base/redact.ts";
import type { LoadResult } from "../load/job.ts";
import { BASELINE } from "../plan/plan.ts";
import type { Trial } from "../plan/trial.ts";
import type { Fidelity } from "../record/fidelity.ts";
import type { Load, TrialRecord, Warning } from "../record/trial-record.ts";
import type { Setting } from "./setting.ts";
import type { Running } from "./starts.ts";
import type { LedgerReading } from "./measure/ledger-reading.ts";
import { gate } from "./gates/gates.ts";
import { dashboardOf } from "./measure/dashboard.ts";
import { arrivalsOf } from "./measure/arrivals.ts";
import { cpuBetween } from "./measure/accounting.ts";
import type { Measured } from "./measure/meter.ts";
import { loadOf } from "./measure/load.ts";
import { collectorResources } from "./measure/collector-end.ts";
import { resourcesOf } from "./measure/resources.ts";

const NATIVE_CODE = "native code and system calls";
const OTHER_THREADS = "other threads: compiler, collector, I/O";

export interface Finding extends Running {
  readonly setting: Setting;
  readonly lane: LoadResult;
  readonly ledgerReading: LedgerReading;
  readonly startedAt: Date;
  readonly warnings: readonly Warning[];
  readonly fidelity: Fidelity | undefined;
  /** Share of the target core that all variants of the block took together. */
  readonly groupCoreShare: number;
  /** The same of their Collectors, on the other cores. */
  readonly collectorsShare: number;
}

/** The record of a trial that was measured to its end. */
export function recordOf(finding: Finding): TrialRecord {
  const { trial, lane, ledgerReading, meter, startedAt } = finding;
  const { collector } = ledgerReading;
  const load = loadOf(lane);
  const resources = resourcesOf(meter.measured, lane, ledgerReading);
  const requests = requestsLedger(finding);
  const profile = profileOf(meter.measured, lane.completed);
  const roots = rootsOf(finding);
  const measured = {
    load,
    ...(resources && { resources }),
    ...(collector && { collector: collectorResources(collector, lane, ledgerReading.sink.wireBytes) }),
    ...dashboardIn(finding, load),
    ...(profile && { profile }),
    ...(requests && { requests }),
    ...(ledgerReading.ledger && { ledger: ledgerReading.ledger }),
    ...outsideOf(finding),
    ...instrumentedOf(finding),
    ...nodeOf(finding),
    ...(roots && { roots }),
    sink: {
      batches: ledgerReading.sink.batches,
      encodings: { ...ledgerReading.sink.encodings },
      largestBatch: ledgerReading.sink.largestBatch,
      strangers: ledgerReading.sink.strangers,
      malformed: { ...ledgerReading.sink.malformed },
      conditioned: { ...ledgerReading.sink.conditioned },
    },
  };
  const { spans } = ledgerReading;
  const arrivals = spans && arrivalsOf(spans);
  const warnings = [
    ...finding.warnings,
    ...gate({
      ...finding,
      named: finding.fidelity !== undefined,
      collectorDied: collector?.died,
      arrivals,
      ...measured,
    }),
  ];
  const texts = { warnings, ...measured, ...(finding.fidelity && { fidelity: finding.fidelity }) };
  return {
    trial,
    startedAt: startedAt.toISOString(),
    tookMs: Date.now() - startedAt.getTime(),
    ending: "completed",
    valid: !warnings.some(({ invalidates }) => invalidates === true),
    ...withSafeTexts(texts),
  };
}

/** The record of a trial of the phase `start`. */
export function startRecord(trial: Trial, startedAt: Date, start: NonNullable<TrialRecord["start"]>): TrialRecord {
  return { ...unmeasured(trial, startedAt), ending: "completed", valid: true, start };
}

export function failedRecord(trial: Trial, startedAt: Date, error: Error): TrialRecord {
  return { ...unmeasured(trial, startedAt), ending: "failed", failure: safeText(error.message) };
}

export function abortedRecord(trial: Trial, startedAt: Date): TrialRecord {
  return { ...unmeasured(trial, startedAt), ending: "aborted" };
}

function unmeasured(trial: Trial, startedAt: Date): Omit<TrialRecord, "ending"> {
  const tookMs = Date.now() - startedAt.getTime();
  return { trial, startedAt: startedAt.toISOString(), tookMs, valid: false, warnings: [] };
}

function dashboardIn({ setting, ledgerReading, lane }: Finding, load: Load): Pick<TrialRecord, "dashboard"> {
  const { kind, config } = setting.scenario.target;
  const front = kind.services(config).at(-1)?.service;
  if (ledgerReading.collector === undefined || front === undefined) return {};
  const dashboard = dashboardOf(ledgerReading.collector, front, lane, load);
  return dashboard === undefined ? {} : { dashboard };
}

function nodeOf({ target }: Finding): Pick<TrialRecord, "node"> {
  const versions = new Set(target.lines.map(({ hello }) => hello.node));
  return versions.size === 0 ? {} : { node: [...versions].toSorted().join(", ") };
}

function instrumentedOf({ ledgerReading, variant }: Finding): Pick<TrialRecord, "instrumented"> {
  if (variant.sampler.text === BASELINE || ledgerReading.finished.length === 0) return {};
  const names = ledgerReading.finished.flatMap(({ instrumented }) => instrumented);
  return { instrumented: [...new Set(names)].toSorted() };
}

/**
 * µs per request. The profiler knows the JavaScript of the main threads, the kernel what these took in all: the rest is native
 * code. Other threads compile, collect and wait for I/O; those of the profiler itself are left out.
 */
function profileOf({ profile, open, closed }: Measured, requests: number): TrialRecord["profile"] {
  const kernel = cpuBetween(open.target, closed.target);
  if (profile === undefined || kernel === undefined) return undefined;
  const javaScriptUs = sumOf([...profile.parts.values()], (us) => us);
  const all: readonly (readonly [string, number])[] = [
    ...profile.parts,
    [NATIVE_CODE, kernel.mainUs - javaScriptUs],
    [OTHER_THREADS, kernel.totalUs - kernel.mainUs - profile.profilerUs],
  ];
  return Object.fromEntries(all.map(([part, us]) => [part, us / requests]));
}

/** The processes that the load goes to count requests too. What the service asked itself is not the driver's. */
function requestsLedger(finding: Finding): TrialRecord["requests"] {
  const { lane, target } = finding;
  const front = frontOf(finding);
  if (front.length === 0) return undefined;
  const own = sumOf(front, ({ ownCalls }) => ownCalls) + target.probes;
  return {
    startedAtTarget: sumOf(front, ({ requestsStarted }) => requestsStarted) - own,
    answeredByTarget: sumOf(front, ({ requestsAnswered }) => requestsAnswered) - own,
    completedAtDriver: lane.lifetime.completed,
    unfinishedAtDriver: lane.lifetime.unfinished,
  };
}

/** Of the processes that the load goes to: in a chain, what the others decide is no draw of its own. */
function rootsOf(finding: Finding): TrialRecord["roots"] {
  const spans = frontOf(finding).flatMap((process) => process.spans ?? []);
  if (spans.length === 0) return undefined;
  return {
    started: sumOf(spans, ({ rootsStarted }) => rootsStarted),
    sampled: sumOf(spans, ({ rootsSampled }) => rootsSampled),
  };
}

function frontOf({ setting, ledgerReading }: Finding): LedgerReading["finished"] {
  const { kind, config } = setting.scenario.target;
  const front = kind.services(config).at(-1)?.service;
  return ledgerReading.finished.filter(({ service }) => service === front);
}

function sumOf<T>(rows: readonly T[], pick: (row: T) => number): number {
  return rows.reduce((sum, row) => sum + pick(row), 0);
}

function outsideOf({ variant, ledgerReading }: Finding): Pick<TrialRecord, "outside"> {
  if (!variant.sampler.kind.traced || ledgerReading.targets.length > 0) return {};
  const { spans, sink } = ledgerReading;
  const { received, duplicates, rejected } = sink;
  const traces =
    spans && new Set(Array.from(spans.traceIdHigh, (high, at) => (high << 64n) | spans.traceIdLow[at]!)).size;
  return { outside: { received, duplicates, rejected, ...(traces !== undefined && { traces }) } };
}
