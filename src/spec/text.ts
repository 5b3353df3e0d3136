/** The text form of a scenario: what scenarios/*.json and the command line's options say, with units. */
import { z } from "zod";
import { count, duration, period, positiveShare, rate, share } from "../base/units.ts";
import { requestSchema } from "./scenario.ts";
import { backendSpec, exporterSpec, processorSpec, samplerSpec, targetSpec } from "./specs.ts";

/** JSON files write counts and shares as numbers, the command line as text. */
const written = <T extends z.ZodType>(quantity: T) =>
  z.preprocess((value) => (typeof value === "number" ? String(value) : value), quantity);
const whole = (min: number, max?: number) => written(count(min, max));
const portion = written(share);
/** Of each variant: a plan names all its trials beforehand. */
const MOST_ROUNDS = 10_000;

export const scenarioTextSchema = z.strictObject({
  $schema: z.string().optional(),
  about: z.string().default(""),
  target: targetSpec.prefault("orders"),
  classes: z.record(z.string(), portion).default({}),
  requests: z.array(requestSchema).default([]),
  incident: z.strictObject({ at: duration, route: z.string(), class: z.string(), share: portion }).optional(),
  samplers: z.array(samplerSpec).min(1).prefault(["ratio:0.1"]),
  processors: z.array(processorSpec).min(1).prefault(["batch"]),
  exporters: z.array(exporterSpec).min(1).prefault(["otlp-http/protobuf"]),
  backends: z.array(backendSpec).min(1).prefault(["healthy"]),
  reference: z.boolean().default(true),
  phases: z
    .array(z.enum(["cost", "latency", "capacity"]))
    .min(1)
    .default(["cost", "latency", "capacity"]),
  rounds: whole(1, MOST_ROUNDS).optional(),
  seed: whole(0).default(1),
  duration: period.optional(),
  warmup: duration.optional(),
  rate: rate.prefault("600/s"),
  costRate: rate.optional(),
  arrivals: z.enum(["uniform", "poisson"]).default("uniform"),
  connections: whole(1).optional(),
  timeout: period.prefault("10s"),
  precision: written(positiveShare).optional(),
  maxRounds: whole(1, MOST_ROUNDS).optional(),
});
export type ScenarioText = z.input<typeof scenarioTextSchema>;
export type ScenarioRead = z.output<typeof scenarioTextSchema>;
