import { z } from "zod";
import { backendSpec, exporterSpec, processorSpec, samplerSpec, targetSpec } from "./specs.ts";
import { count, duration, period, positiveShare, rate, share } from "../base/units.ts";

/** A request of a scenario of the user's own; see RequestTemplate in load/job.ts. */
export const requestSchema = z.strictObject({
  route: z.string().describe("name under which requests are grouped, such as GET /items/:id"),
  class: z.string().default("ordinary").describe("kind of request within a route; see classes"),
  method: z.string().default("GET").describe("HTTP method"),
  path: z
    .string()
    .startsWith("/")
    .describe("path to request; {n} is a random whole number below 1000, {id} the unique number of the request"),
  headers: z.record(z.string(), z.string()).optional().describe("request headers"),
  body: z.string().optional().describe("request body; {n} and {id} are replaced as in path"),
  weight: z.number().positive().default(1).describe("share of the traffic, relative to the other requests"),
  expect: z
    .array(z.int().min(100).max(599))
    .default([200])
    .describe("statuses that count as a right answer; above 1 % of others, the trial is invalid"),
  fails: z
    .boolean()
    .optional()
    .describe("true if it counts as failed with a status below 500: the service marks its span with ERROR"),
});

function byPhase<T extends z.ZodNumber>(value: T) {
  return z.strictObject({ cost: value, latency: value, capacity: value });
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
  processors: z.array(processorSpec),
  exporters: z.array(exporterSpec),
  backends: z.array(backendSpec),
  /** Measure `always_on` beside whatever was asked. */
  reference: z.boolean(),
  phases: z.array(z.enum(["cost", "latency", "capacity"])),
  rounds: count().out,
  seed: count(0).out,
  /** Length of the measured window, by phase. */
  durationMs: byPhase(period.out),
  /** Load before the window opens, by phase. */
  warmupMs: byPhase(duration.out),
  ratePerSecond: rate.out,
  /** For each variant in the cost phase, where all are alive side by side; absent: see `rateOf` in plan/. */
  costRatePerSecond: rate.out.optional(),
  arrivals: z.enum(["uniform", "poisson"]),
  /** To each variant. Closed loop (capacity): each is kept busy. Open loop: the bound on requests under way. */
  connections: byPhase(count().out),
  timeoutMs: period.out,
  /** `--precision 1%`: rounds are added until the half-width is this, or `maxRounds`. */
  precision: positiveShare.out.optional(),
  maxRounds: count().out,
});
export type Scenario = z.infer<typeof scenarioSchema>;
