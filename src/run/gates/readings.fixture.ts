/** The readings of a trial in which nothing is wrong, and changes to them. */
import { gate } from "./gates.ts";
import type { LoadResult } from "../../load/job.ts";
import { RequestColumns } from "../../load/request-columns.ts";
import { eachPhase, type Phase } from "../../spec/phases.ts";
import { driverSpec, targetSpec } from "../../spec/scenario.ts";
import { encodeHistogram, latencyOf, ledgerOf, loadOf, resourcesOf, variantOf } from "../../record/records.fixture.ts";
import type { Ledger } from "../../record/ledger.ts";
import type { Load, Resources } from "../../record/trial-record.ts";
import type { Workload } from "../../spec/workload.ts";
import type { Readings } from "./readings.ts";
import type { Flush, Measured } from "../measure/measured.ts";

const EMPTY = encodeHistogram([]);
const WINDOW_MS = 10_000;

export interface Changes {
  readonly phase?: Phase;
  /** Of the run; by default that one. */
  readonly phases?: Phase[];
  readonly sampler?: string;
  readonly governors?: readonly string[];
  readonly load?: Partial<Load>;
  readonly loadResult?: Partial<LoadResult>;
  readonly resources?: Partial<Resources>;
  readonly ledger?: Partial<Ledger>;
  /** What is known from outside of a service that brings its own SDK. */
  readonly outside?: Readings["outside"];
  readonly sink?: Partial<NonNullable<Readings["sink"]>>;
  readonly judged?: boolean;
  readonly arrivals?: Readings["arrivals"];
  readonly requests?: Readings["requests"];
  readonly roots?: Readings["roots"];
  readonly measured?: Partial<Measured>;
  readonly target?: string;
  readonly driver?: string;
  readonly templates?: Workload["requests"];
  /** In the window, over all cores, µs; what is beyond the target's own is on the first core of the driver. */
  readonly busyUs?: number;
  /** What other programs took of each core, as a share; the target's core is the first, and there are two by default. */
  readonly foreign?: readonly number[];
  /** Else everything may run on every core. */
  readonly pinned?: boolean;
  /** What the masks of processes call the machine's first core: 0, unless a container has numbers of its own. */
  readonly firstInMasks?: number;
  readonly stealUs?: number;
  /** How far the wall clock ran ahead of the monotonic one, ms. */
  readonly clockStepMs?: number;
  readonly groupCoreShare?: number;
  /** 0 without a Collector. */
  readonly collectorsShare?: number;
}

/** 600 requests/s for 10 s; target 40 % (in the capacity phase 100 %), driver 10 % and sink 5 % of a core, and 5 % more by the harness. */
export function readings(changes: Changes = {}): Readings {
  const { phase = "latency", sampler = "ratio:0.1" } = changes;
  const { groupCoreShare = phase === "capacity" ? 1 : 0.4, collectorsShare = 0 } = changes;
  const requests = { startedAtTarget: 7000, completedAtDriver: 7000, unfinishedAtDriver: 0 };
  return {
    trial: { id: `${phase}-1-1`, block: 1, round: 1, phase, variant: sampler, seed: 1 },
    variant: variantOf(sampler, sampler),
    setting: {
      governors: changes.governors ?? ["performance"],
      scenario: {
        target: targetSpec.parse(changes.target ?? "orders"),
        driver: driverSpec.parse(changes.driver ?? "built-in"),
        requests: changes.templates ?? [],
        classes: {},
        phases: changes.phases ?? [phase],
        durationMs: eachPhase(() => WINDOW_MS),
      },
    },
    loadResult: { ...LOAD_RESULT, ...changes.loadResult },
    meter: {
      measured: measuredOf({ busyUs: (0.2 + groupCoreShare + collectorsShare) * 1e7, ...changes, groupCoreShare }),
    },
    load: { ...LOAD, ...changes.load },
    resources: { ...RESOURCES, ...changes.resources },
    requests: changes.requests ?? requests,
    ledger: { ...LEDGER, ...changes.ledger },
    outside: changes.outside,
    arrivals: changes.arrivals,
    sink: {
      batches: 10,
      encodings: { "otlp-http/protobuf": 10 },
      largestBatch: 512,
      malformed: {},
      conditioned: {},
      ...changes.sink,
    },
    named: changes.judged ?? true,
    roots: changes.roots ?? { started: 7000, sampled: 700 },
    groupCoreShare,
    collectorsShare,
  };
}

export const codesOf = (changes: Changes): string[] => gate(readings(changes)).map(({ code }) => code);

/** The mean service time in each tenth of the window. */
export const service = (...tenthsMs: number[]): Changes => ({ loadResult: { windowServiceMs: tenthsMs } });

const IDLE = { mainUs: 0, aliveUs: 0, userUs: 0, systemUs: 0, childUserUs: 0, childSystemUs: 0 };

function measuredOf(changes: Changes & { busyUs: number; groupCoreShare: number }): Measured {
  const { stealUs = 0, clockStepMs = 0, foreign = [0, 0], pinned = true, firstInMasks = 0, measured } = changes;
  const allowed = (cores: readonly number[]) =>
    new Map([[1, { ...IDLE, cores: cores.map((core) => core + firstInMasks) }]]);
  const all = [...foreign.keys()];
  const [target, driver] = pinned ? [allowed([0]), allowed(all.slice(1))] : [allowed(all), allowed(all)];
  const targetUs = changes.groupCoreShare * 1e7;
  const ownUs = [targetUs, changes.busyUs - targetUs];
  const busyUs = new Map(foreign.map((share, core) => [core, (ownUs[core] ?? 0) + share * 1e7]));
  const at = (atMs: number, machine: Measured["open"]["machine"]): Measured["open"] => ({
    atMs,
    epochMs: 1_795_000_000_000 + atMs,
    target,
    driver,
    sink: driver,
    machine,
  });
  const closed = at(WINDOW_MS + 100, { busyUs, stealUs });
  return {
    open: at(0, { busyUs: new Map(), stealUs: 0 }),
    drained: at(WINDOW_MS, { busyUs, stealUs }),
    closed: { ...closed, epochMs: closed.epochMs + clockStepMs },
    firstHalfUsPerMs: 400,
    secondHalfUsPerMs: 400,
    usageAtOpen: [],
    usageAtDrained: [],
    usageAtClose: [],
    nodePids: [],
    rssBytes: undefined,
    heapBytes: 5e7,
    flushMs: 20,
    flush: FLUSH,
    settled: undefined,
    ...measured,
  };
}

/** All that was counted is exported. */
export const FLUSH: Flush = {
  isInTime: true,
  lostSpans: 0,
  pendingSpans: 0,
  spansStarted: 56_000,
  requestsStarted: 7000,
};
const LOAD = loadOf(6000, latencyOf([]), { expectedFailures: 600 });
const LOAD_RESULT: LoadResult = {
  ...LOAD,
  bytesReceived: LOAD.bytesReceived,
  target: "latency-1-1",
  latenessUs: EMPTY,
  unexpectedAnswers: [{ route: "GET /", status: "404", count: 1, of: 6000 }],
  responseTimeUs: EMPTY,
  serviceTimeUs: EMPTY,
  carriedOver: 0,
  lifetime: { sent: 7000, completed: 7000, unfinished: 0 },
  requests: new RequestColumns().table([]),
  windowServiceMs: Array.from({ length: 10 }, () => 3),
};
const RESOURCES = resourcesOf(6000, 667, { bytesOut: 1e6, bytesOutPerRequest: 140 });
const LEDGER = ledgerOf(56_000, 5600);
