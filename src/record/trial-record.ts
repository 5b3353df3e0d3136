import { z } from "zod";
import { callSchema } from "./calls.ts";
import { trialSchema } from "../plan/plan.ts";
import { estimatedSchema, fidelitySchema } from "./fidelity.ts";
import { ledgerSchema } from "./ledger.ts";

/** Something the reader must know about a figure, and what would fix it. */
export const warningSchema = z.object({
  code: z.string(),
  message: z.string(),
  fix: z.string(),
  /** File names of the programs that it is about, the busiest first, without their arguments. Absent if they are unknown. */
  programs: z.array(z.string()).optional(),
  /** True if the trial's figures do not count. */
  invalidates: z.boolean().optional(),
});
export type Warning = z.infer<typeof warningSchema>;

const ms = z.number();

/** Quantiles in ms, and the whole histogram: compressed base64 HDR of whole µs. */
export const latencySchema = z.object({ p50: ms, p90: ms, p99: ms, max: ms, histogram: z.string() });
export type Latency = z.infer<typeof latencySchema>;

export const loadSchema = z.object({
  intended: z.int(),
  sent: z.int(),
  completed: z.int(),
  expectedFailures: z.int(),
  unexpected: z.int(),
  errors: z.int(),
  timeouts: z.int(),
  skipped: z.int(),
  unfinished: z.int(),
  elapsedMs: ms,
  requestsPerSecond: z.number(),
  /** `p99Low`: the lower bound of p99, one-sided 95 %; absent in older files. */
  lateMs: z.object({ p50: ms, p99: ms, p99Low: ms.optional(), max: ms }),
  responseTime: latencySchema,
  serviceTime: latencySchema,
  /** Absent if the engine that sent the load does not count them. */
  bytesReceived: z.int().optional(),
  /** Episodes in which the slowest 1 % of the requests were due, as so many of equal size; absent in older files. */
  slowEpisodes: z.number().optional(),
});

export const resourcesSchema = z.object({
  /** All threads of all processes of the target, kernel accounting, from the window's opening to after the final flush. */
  cpuUs: z.number(),
  cpuUserUs: z.number(),
  cpuSystemUs: z.number(),
  cpuUsPerRequest: z.number(),
  /** Of it the main threads of the processes; absent if it is unknown, or none of them is a Node that Spantoll traces. */
  mainThreadUsPerRequest: z.number().optional(),
  /** In user space, by hardware counters; absent if the machine has none. */
  instructionsPerRequest: z.number().optional(),
  /** CPU in the second half of the window over that in the first, in Node of the main threads; absent in older files, or if one is unknown. */
  cpuDrift: z.number().optional(),
  /** The same by the processes' own getrusage: the second instrument. It and what follows is absent if it is unknown. */
  cpuUsSelfReported: z.number().optional(),
  rssBytes: z.number().optional(),
  /** After a garbage collection at the end; absent if the processes went on to another trial. */
  heapBytes: z.number().optional(),
  gcMs: ms.optional(),
  gcCount: z.int().optional(),
  loopDelayMs: z.object({ p50: ms, p99: ms, max: ms }).optional(),
  loopUtilization: z.number().optional(),
  /** Span data on the wire, bytes over the part of the process's life that the ledger counts. */
  bytesOut: z.number().optional(),
  /** Of the window, with exports that failed or were repeated; absent if bytes of other requests may be among them. */
  bytesOutPerRequest: z.number().optional(),
  /** Share of one core while under load. */
  targetCoreShare: z.number(),
  driverCoreShare: z.number(),
  sinkCoreShare: z.number(),
  flushMs: ms,
  /** Of the requests that the target began in the window, sampled or not; absent if they are not counted or a flush was late, in the closed loop, and in older files. */
  spansPerRequest: z.number().optional(),
  /** CPU burnt on purpose per request (calibration's known truth), µs. */
  burntUsPerRequest: z.number().optional(),
});

/** A Collector between service and sink; a figure that is unknown is absent. */
export const collectorResourcesSchema = z.object({
  /** Of its program, such as `0.161.0`; absent in older files. */
  version: z.string().optional(),
  /** Kernel accounting, from the window's opening until it has sent what it holds. In no figure of the service. */
  cpuUs: z.number().optional(),
  cpuUsPerRequest: z.number().optional(),
  /** By its own metrics: the second instrument. */
  cpuUsSelfReported: z.number().optional(),
  rssPeakBytes: z.number().optional(),
  /** Most that its queue held when it was looked at; requests or spans, by the queue's `sizer`. */
  queuePeak: z.number().optional(),
  /** Over its life, as it received and sent them. */
  bytesIn: z.number().optional(),
  bytesOut: z.number(),
  bytesOutPerRequest: z.number().optional(),
  /** By tail_sampling, over its life: traces whose decision was due, those dropped before it, and how often spans came after it. */
  tailTraces: z.number().optional(),
  tracesDroppedEarly: z.number().optional(),
  lateArrivals: z.number().optional(),
});
export type CollectorResources = z.infer<typeof collectorResourcesSchema>;

/** The requests, over the same time as the ledger: `started = completed + unfinished` must hold against the driver's counts. */
export const requestLedgerSchema = z.object({
  startedAtTarget: z.int(),
  completedAtDriver: z.int(),
  unfinishedAtDriver: z.int(),
});

/** Of the phase `start`: when the service has answered its first request. */
export const startSchema = z.object({
  /** From the start of the process. */
  firstAnswerMs: ms,
  /** CPU and memory of its processes until then; absent if the kernel does not report them. */
  cpuMs: ms.optional(),
  rssBytes: z.number().optional(),
  /** Scripts that V8 has loaded, Node's own left out; absent for a service with an SDK of its own. */
  modules: z.int().optional(),
});

const UNKNOWN_TO_PROMETHEUS = {
  load: {
    intended: true,
    sent: true,
    expectedFailures: true,
    unexpected: true,
    errors: true,
    timeouts: true,
    skipped: true,
    unfinished: true,
    lateMs: true,
    responseTime: true,
    serviceTime: true,
  },
  resources: { cpuUserUs: true, cpuSystemUs: true, driverCoreShare: true, sinkCoreShare: true, flushMs: true },
} as const;

export const trialRecordSchema = z.object({
  trial: trialSchema,
  startedAt: z.iso.datetime(),
  tookMs: ms,
  ending: z.enum(["completed", "aborted", "failed"]),
  /** Why it failed, with the last lines of the target's stderr. */
  failure: z.string().optional(),
  valid: z.boolean(),
  warnings: z.array(warningSchema),
  /** Prometheus does not know how the load was sent, so results of `observe` have only a part of it. */
  load: loadSchema.partial(UNKNOWN_TO_PROMETHEUS.load).optional(),
  resources: resourcesSchema.partial(UNKNOWN_TO_PROMETHEUS.resources).optional(),
  collector: collectorResourcesSchema.optional(),
  requests: requestLedgerSchema.optional(),
  /** Absent for `none` and `noop`, and if the service brings its own SDK. */
  ledger: ledgerSchema.optional(),
  /** Where no ledger can be kept: what is known from outside. */
  outside: z
    .object({ received: z.int(), duplicates: z.int(), rejected: z.int(), traces: z.int().optional() })
    .optional(),
  /** Versions of the Node of its processes; absent if they do not report it. */
  node: z.string().optional(),
  /** Libraries that were instrumented, with their versions; absent if the target does not report them. */
  instrumented: z.array(z.string()).optional(),
  /** Local roots: the achieved sampling ratio. */
  roots: z.object({ started: z.int(), sampled: z.int() }).optional(),
  sink: z
    .object({
      batches: z.int(),
      /** Batches by what exporter sends such: {"otlp-http/json with gzip": 12}. */
      encodings: z.record(z.string(), z.int()).optional(),
      /** Spans of the largest batch. */
      largestBatch: z.int().optional(),
      malformed: z.record(z.string(), z.int()),
      /** Requests of other programs, which were refused. */
      strangers: z.int().optional(),
      conditioned: z.record(z.string(), z.int()),
    })
    .optional(),
  fidelity: fidelitySchema.optional(),
  /** What Prometheus shows of the requests by the Collector's span metrics, and the truth of the driver. Failed: a status of 400 or more. */
  dashboard: z.object({ requests: estimatedSchema, errorRate: estimatedSchema, p99Ms: estimatedSchema }).optional(),
  /** Of the phase `profile`: µs per request by part of the program, by V8's sampling profiler and, for the other threads, by the kernel. */
  profile: z.record(z.string(), z.number()).optional(),
  /** µs per request of OpenTelemetry's code by the instrumentation that it ran for; absent in older files. */
  instrumentations: z.record(z.string(), z.number()).optional(),
  /** The profile by function and caller. */
  calls: z.array(callSchema).optional(),
  start: startSchema.optional(),
});
export type TrialRecord = z.infer<typeof trialRecordSchema>;

/** Whether its figures count. */
export function isUsable({ ending, valid }: Pick<TrialRecord, "ending" | "valid">): boolean {
  return ending === "completed" && valid;
}

/** Whether it was measured to its end, and not invalidated by answers that the scenario does not expect. */
export function hasRightAnswers({ ending, warnings }: Pick<TrialRecord, "ending" | "warnings">): boolean {
  return ending === "completed" && !warnings.some(({ code, invalidates }) => code === WRONG_ANSWERS && invalidates);
}

/** The code of the warning that answers are not those that the scenario expects. */
export const WRONG_ANSWERS = "unexpected-responses";

export type Resources = z.infer<typeof resourcesSchema>;
export type Load = z.infer<typeof loadSchema>;
