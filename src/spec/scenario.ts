import { z } from "zod";
import { specCodec } from "../base/registry.ts";
import { count, duration, period, positiveShare, rate, share, written } from "../base/units.ts";
import { collectors } from "../collector/index.ts";
import { drivers } from "../load/engines/kinds.ts";
import { conditions } from "../sink/conditions/index.ts";
import { exporters } from "../target/exporters/index.ts";
import { processors } from "../target/processors/index.ts";
import { samplers } from "../target/samplers/index.ts";
import { targets } from "../target/services/index.ts";
import { parseInstrumentationList } from "./instrumentations.ts";
import { eachPhase, FURTHER_COST, NAMED_PHASES, phaseSchema, type PhaseRow } from "./phases.ts";

// text in a file, parsed in memory
export const targetSpec = targets.codec;
export const driverSpec = drivers.codec;
export const samplerSpec = samplers.codec;
export const instrumentationSpec = specCodec(parseInstrumentationList);
export const processorSpec = processors.codec;
export const exporterSpec = exporters.codec;
export const backendSpec = conditions.codec;
export const collectorSpec = collectors.codec;

export type TargetSpec = z.output<typeof targetSpec>;
export type SamplerSpec = z.output<typeof samplerSpec>;
export type ExporterSpec = z.output<typeof exporterSpec>;
export type CollectorSpec = z.output<typeof collectorSpec>;

const whole = (min: number, max?: number) => written(count(min, max));
const portion = written(share);
/** Of each variant: a plan names all its trials beforehand. */
const MOST_ROUNDS = 10_000;

/** A request of a scenario of the user's own; see RequestTemplate in load/job.ts. */
const requestSchema = z.strictObject({
  route: z.string().describe("Name of the route, such as GET /orders/:id; fidelity is counted by route."),
  class: z.string().default("ordinary").describe("Class of traffic that `classes` and `incident` name."),
  method: z.string().toUpperCase().default("GET").describe("HTTP method, in upper or lower case."),
  path: z
    .string()
    .startsWith("/")
    .describe("Path and query. {id} is the id of the request, {n} a seeded whole number below 1000."),
  headers: z.record(z.string(), z.string()).optional().describe("Headers; {n} and {id} as in `path`."),
  body: z.string().optional().describe("Body; {n} and {id} as in `path`."),
  weight: z.number().positive().default(1).describe("Share of the requests, relative to the other weights."),
  expect: z.array(z.int().min(100).max(599)).default([200]).describe("Statuses that are no error of the benchmark."),
  fails: z
    .boolean()
    .optional()
    .describe("It counts as failed though its status is below 500: the service gives a span of it the status ERROR."),
  parent: z
    .strictObject({
      sampled: z.number().min(0).max(1).describe("Share of the callers that are sampled, such as 0.3."),
      threshold: z
        .boolean()
        .optional()
        .describe("Sampled callers pass their share on in the tracestate (ot=th), so that spans have weights."),
    })
    .optional()
    .describe(
      'The request comes from a traced caller, with a trace of its own, such as {"sampled": 0.3, "threshold": true}.',
    ),
});

/** The fields that are the same as they are written and as they are read. */
const same = {
  about: z.string().describe("the question that the scenario asks"),
  target: targetSpec.describe('service to measure; with its own SDK: command:"node server.js",own_sdk'),
  requests: z.array(requestSchema).describe("requests to send; default those of the target"),
  samplers: z.array(samplerSpec).min(1).describe("samplers to compare"),
  instrumentations: z
    .array(instrumentationSpec)
    .default([])
    .describe("instrumentations to compare: auto, none, auto-dns, or http,express; default those of the target"),
  processors: z.array(processorSpec).min(1).describe("span processors to compare"),
  exporters: z.array(exporterSpec).min(1).describe("exporters to compare"),
  backends: z.array(backendSpec).min(1).describe("conditions of the sink to compare"),
  collectors: z.array(collectorSpec).min(1).prefault(["none"]).describe("Collectors between service and sink"),
  variants: z
    .array(z.strictObject({ sampler: samplerSpec, collector: collectorSpec.prefault("none") }))
    .default([])
    .describe("pairs of sampler and Collector to compare, in place of each with each"),
  otels: z.array(z.string()).default([]).describe("versions of OpenTelemetry's SDK to compare, such as 3.1.1"),
  nodes: z.array(z.string()).default([]).describe("Nodes that run the target: versions such as 22, or paths"),
  reference: z.boolean().describe("also measure always_on"),
  driver: driverSpec.prefault("built-in").describe("what sends the load: built-in, vegeta, or locust:workers=4"),
  phases: z
    .array(phaseSchema)
    .min(1)
    .describe("phases to measure; default cost, latency and capacity, of url: cost and latency"),
  arrivals: z.enum(["uniform", "poisson"]).describe("uniform: evenly spread; poisson: random gaps"),
};

/** What scenarios/*.json and the command line's options say, with units. */
export const scenarioTextSchema = z.strictObject({
  $schema: z.string().optional().describe("path of the JSON Schema, for completion in an editor"),
  ...same,
  about: same.about.default(""),
  target: same.target.prefault("orders"),
  classes: z
    .record(z.string(), portion)
    .default({})
    .describe('share of the traffic of each class, such as {"slow": 0.1}'),
  requests: same.requests.default([]),
  incident: z
    .strictObject({ at: duration, route: z.string(), class: z.string(), share: portion })
    .optional()
    .describe("at a time in the window, a share of the requests of a route become a class"),
  samplers: same.samplers.prefault(["ratio:0.1"]),
  processors: same.processors.prefault(["batch"]),
  exporters: same.exporters.prefault(["otlp-http/protobuf"]),
  backends: same.backends.prefault(["healthy"]),
  reference: same.reference.default(true),
  phases: z
    .array(z.enum(NAMED_PHASES.map(({ name }) => name)))
    .min(1)
    .describe(same.phases.description!)
    .default(NAMED_PHASES.filter(({ byDefault }) => byDefault).map(({ name }) => name)),
  rounds: whole(1, MOST_ROUNDS)
    .optional()
    .describe(
      "restarts of every variant; default 6, 5 if phases have processes of their own, and 7 if cost is the only phase",
    ),
  seed: whole(0).default(1).describe("seed of schedule, request mix and order"),
  duration: period.optional().describe("length of the measured window, such as 10s; default by phase"),
  warmup: duration
    .optional()
    .describe("load before the window, such as 20s; in the phase cost the longest of the rounds; default by phase"),
  rate: rate.optional().describe("requests for each variant; default 600/s, and less of a target that costs more"),
  costRate: z
    .preprocess(
      (value) => (Array.isArray(value) ? value : [value]),
      z
        .array(rate)
        .min(1)
        .max(1 + FURTHER_COST.length),
    )
    .meta({ type: ["string", "array"] })
    .optional()
    .describe(
      "the same in the phase cost; a list measures it at each; default 1200/s for all variants together, and less of a target that costs more",
    ),
  arrivals: same.arrivals.default("uniform"),
  connections: whole(1).optional().describe("connections to each variant; default 16, in capacity 512"),
  timeout: period.prefault("10s").describe("longest time that a request may take"),
  precision: written(positiveShare).optional().describe("add rounds until intervals are this narrow, such as 1%"),
  maxRounds: whole(1, MOST_ROUNDS).optional().describe("most rounds that precision may take; default 3 times rounds"),
});
export type ScenarioText = z.input<typeof scenarioTextSchema>;
export type ScenarioRead = z.output<typeof scenarioTextSchema>;

/** A file from before a phase existed has no value for it. */
function byPhase(value: z.ZodNumber, usual: (row: PhaseRow) => number) {
  return z.strictObject(eachPhase((row) => value.default(usual(row))));
}

/**
 * A question worth measuring, validated: all spec strings canonical, all times in ms, rates per second.
 * The numbers are what the quantities of the text let through.
 */
export const scenarioSchema = z.strictObject({
  name: z.string(),
  ...same,
  /** Share of the traffic by class; empty means the target's usual shares. */
  classes: z.record(z.string(), share.out),
  incident: z.strictObject({ atMs: duration.out, route: z.string(), class: z.string(), share: share.out }).optional(),
  rounds: count().out,
  seed: count(0).out,
  /** Length of the measured window, by phase. */
  durationMs: byPhase(duration.out, ({ full }) => full.durationMs),
  /** Load before the window opens, by phase. */
  warmupMs: byPhase(duration.out, ({ full }) => full.warmupMs),
  /** Phase cost: the warm-up ends after about so many requests and ms, and after `warmupMs` at the latest. Absent: after about `warmupMs`. */
  warmupLeast: z.strictObject({ requests: count().out, ms: duration.out }).optional(),
  ratePerSecond: rate.out,
  /** For each variant in the cost phase, in which all are alive side by side; absent: see `rateOf` in phases.ts. */
  costRatePerSecond: rate.out.optional(),
  /** In the phases `cost-2` and so on. */
  furtherCostRatesPerSecond: z.array(rate.out).optional(),
  /** To each variant. Closed loop (capacity): each is kept busy. Open loop: the bound on requests under way. */
  connections: byPhase(count().out, ({ connections }) => connections),
  timeoutMs: period.out,
  /** `--precision 1%`: rounds are added until the half-width is this, or `maxRounds`. */
  precision: positiveShare.out.optional(),
  maxRounds: count().out,
});
export type Scenario = z.infer<typeof scenarioSchema>;

/** The process that load goes to, and its command if it has one. */
export function frontOf({ kind, config }: TargetSpec) {
  const { service } = kind.services(config).at(-1)!;
  return { service, command: kind.command?.(config, service) };
}
