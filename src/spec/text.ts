/** The text form of a scenario: what scenarios/*.json and the command line's options say, with units. */
import { z } from "zod";
import { count, duration, period, positiveShare, rate, share } from "../base/units.ts";
import { PHASES, phaseSchema } from "./phases.ts";
import { requestSchema } from "./scenario.ts";
import {
  backendSpec,
  collectorSpec,
  exporterSpec,
  instrumentationSpec,
  processorSpec,
  samplerSpec,
  targetSpec,
} from "./specs.ts";

/** JSON files write counts and shares as numbers, the command line as text. */
const written = <T extends z.ZodType>(quantity: T) =>
  z.preprocess((value) => (typeof value === "number" ? String(value) : value), quantity);
const whole = (min: number, max?: number) => written(count(min, max));
const portion = written(share);
/** Of each variant: a plan names all its trials beforehand. */
const MOST_ROUNDS = 10_000;

export const scenarioTextSchema = z.strictObject({
  $schema: z.string().optional().describe("path of the JSON Schema, for completion in an editor"),
  about: z.string().default("").describe("the question that the scenario asks"),
  target: targetSpec
    .prefault("orders")
    .describe('service to measure; with its own SDK: command:"node server.js",own_sdk'),
  classes: z
    .record(z.string(), portion)
    .default({})
    .describe('share of the traffic of each class, such as {"slow": 0.1}'),
  requests: z.array(requestSchema).default([]).describe("requests to send; default those of the target"),
  incident: z
    .strictObject({ at: duration, route: z.string(), class: z.string(), share: portion })
    .optional()
    .describe("at a time in the window, a share of the requests of a route become a class"),
  samplers: z.array(samplerSpec).min(1).prefault(["ratio:0.1"]).describe("samplers to compare"),
  instrumentations: z
    .array(instrumentationSpec)
    .default([])
    .describe("instrumentations to compare: auto, none, auto-dns, or http,express; default those of the target"),
  processors: z.array(processorSpec).min(1).prefault(["batch"]).describe("span processors to compare"),
  exporters: z.array(exporterSpec).min(1).prefault(["otlp-http/protobuf"]).describe("exporters to compare"),
  backends: z.array(backendSpec).min(1).prefault(["healthy"]).describe("conditions of the sink to compare"),
  collectors: z.array(collectorSpec).min(1).prefault(["none"]).describe("Collectors between service and sink"),
  reference: z.boolean().default(true).describe("also measure always_on"),
  phases: z
    .array(phaseSchema)
    .min(1)
    .default(PHASES.filter(({ byDefault }) => byDefault).map(({ name }) => name))
    .describe("phases to measure; default cost, latency and capacity"),
  rounds: whole(1, MOST_ROUNDS)
    .optional()
    .describe("restarts of every variant; default 8, and 14 if cost is the only phase"),
  seed: whole(0).default(1).describe("seed of schedule, request mix and order"),
  duration: period.optional().describe("length of the measured window, such as 10s; default by phase"),
  warmup: duration.optional().describe("load before the window, such as 20s; default by phase"),
  rate: rate.prefault("600/s").describe("requests for each variant, such as 600/s"),
  costRate: rate.optional().describe("the same in the phase cost; default 1200/s for all variants together"),
  arrivals: z.enum(["uniform", "poisson"]).default("uniform").describe("uniform: evenly spread; poisson: random gaps"),
  connections: whole(1).optional().describe("connections to each variant; default 16, in capacity 512"),
  timeout: period.prefault("10s").describe("longest time that a request may take"),
  precision: written(positiveShare).optional().describe("add rounds until intervals are this narrow, such as 1%"),
  maxRounds: whole(1, MOST_ROUNDS).optional().describe("most rounds that precision may take; default 3 times rounds"),
});
export type ScenarioText = z.input<typeof scenarioTextSchema>;
export type ScenarioRead = z.output<typeof scenarioTextSchema>;
