import { z } from "zod";
import { eachPhase, phaseSchema, type PhaseRow } from "./phases.ts";
import {
  backendSpec,
  collectorSpec,
  exporterSpec,
  instrumentationSpec,
  processorSpec,
  samplerSpec,
  targetSpec,
} from "./specs.ts";
import { count, duration, period, positiveShare, rate, share } from "../base/units.ts";

/** A request of a scenario of the user's own; see RequestTemplate in load/job.ts. */
export const requestSchema = z.strictObject({
  route: z.string().describe("Name of the route, such as GET /orders/:id; fidelity is counted by route."),
  class: z.string().default("ordinary").describe("Class of traffic that `classes` and `incident` name."),
  method: z.string().default("GET"),
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

/** A file from before a phase existed has no value for it. */
function byPhase(value: z.ZodNumber, usual: (row: PhaseRow) => number) {
  return z.strictObject(eachPhase((row) => value.default(usual(row))));
}

/**
 * A question worth measuring, validated: all spec strings canonical, all times in ms, rates per second.
 * (The text form of scenarios/*.json has units: "10s", "600/s"; see `text.ts`. The numbers are what its quantities
 * let through.)
 */
export const scenarioSchema = z.strictObject({
  name: z.string(),
  about: z.string(),
  target: targetSpec,
  /** Share of the traffic by class; empty means the target's usual shares. */
  classes: z.record(z.string(), share.out),
  /** Requests of the scenario's own; empty means the target's. */
  requests: z.array(requestSchema),
  incident: z.strictObject({ atMs: duration.out, route: z.string(), class: z.string(), share: share.out }).optional(),
  samplers: z.array(samplerSpec),
  /** Empty means the target's; absent in older files. */
  instrumentations: z.array(instrumentationSpec).default([]),
  processors: z.array(processorSpec),
  exporters: z.array(exporterSpec),
  backends: z.array(backendSpec),
  /** Absent in older files. */
  collectors: z.array(collectorSpec).prefault(["none"]),
  /** Measure `always_on` beside whatever was asked. */
  reference: z.boolean(),
  phases: z.array(phaseSchema),
  rounds: count().out,
  seed: count(0).out,
  /** Length of the measured window, by phase. */
  durationMs: byPhase(duration.out, ({ full }) => full.durationMs),
  /** Load before the window opens, by phase. */
  warmupMs: byPhase(duration.out, ({ full }) => full.warmupMs),
  ratePerSecond: rate.out,
  /** For each variant in the cost phase, where all are alive side by side; absent: see `rateOf` in plan/. */
  costRatePerSecond: rate.out.optional(),
  arrivals: z.enum(["uniform", "poisson"]),
  /** To each variant. Closed loop (capacity): each is kept busy. Open loop: the bound on requests under way. */
  connections: byPhase(count().out, ({ connections }) => connections),
  timeoutMs: period.out,
  /** `--precision 1%`: rounds are added until the half-width is this, or `maxRounds`. */
  precision: positiveShare.out.optional(),
  maxRounds: count().out,
});
export type Scenario = z.infer<typeof scenarioSchema>;
