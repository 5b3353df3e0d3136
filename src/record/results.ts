import { z } from "zod";
import { planSchema } from "../plan/plan.ts";
import { scenarioSchema } from "../spec/scenario.ts";
import { noiseFloorSchema } from "./noise-floor.ts";
import { trialRecordSchema, type TrialRecord } from "./trial-record.ts";

export const SCHEMA_VERSION = 3;
/** Of a service that was not started here, or that does not report its Node and may have none. */
export const UNKNOWN_NODE = "unknown";

/** The machine and the software. Never environment variables: they hold secrets. */
export const environmentSchema = z.object({
  startedAt: z.iso.datetime(),
  spantoll: z.string(),
  /** Of Spantoll itself. */
  commit: z.string(),
  dirty: z.boolean(),
  /** Of the folder in which the service of `command:` runs: its commit, and whether files that git knows have changed. "unknown": it is in no repository, or was not started here. */
  service: z.object({ commit: z.string(), dirty: z.boolean().optional() }).optional(),
  /** Results of `observe`: the service runs elsewhere, and the machine described here only asked Prometheus. */
  observed: z.object({ prometheus: z.string() }).optional(),
  /** Version of the Node that runs the measured service. */
  node: z.string(),
  /** Version of the Node that ran Spantoll itself. */
  ownNode: z.string().optional(),
  cpu: z.object({ model: z.string(), cores: z.int(), governors: z.array(z.string()) }),
  memoryBytes: z.int(),
  os: z.string(),
  /** Versions of the packages under test. */
  packages: z.record(z.string(), z.string()),
  /** The same of the versions that `--otel` names, by version of the SDK: measured in the place of `packages`. */
  otels: z.record(z.string(), z.record(z.string(), z.string())).optional(),
  /** Which cores the target, and driver and sink are pinned to; absent if they could not be pinned. */
  pinning: z.object({ target: z.string(), others: z.string() }).optional(),
  /** How far two equal services differ on this machine, if it has been calibrated. */
  noiseFloor: noiseFloorSchema.optional(),
});
export type Environment = z.infer<typeof environmentSchema>;

/** The commit that a run measures: the service's, or Spantoll's if the target is one of its own. */
export function measuredCommit({ service, commit, dirty }: Environment): {
  readonly commit: string;
  readonly dirty: boolean;
} {
  return service === undefined ? { commit, dirty } : { commit: service.commit, dirty: service.dirty ?? false };
}

/** The whole of a results file. `estimates` are derived from the records and stored for other tools. */
export const resultsSchema = z.object({
  schemaVersion: z.literal(SCHEMA_VERSION),
  environment: environmentSchema,
  scenario: scenarioSchema,
  plan: planSchema,
  /** How the run ended: all trials done, or interrupted. */
  ending: z.enum(["completed", "interrupted"]),
  records: z.array(trialRecordSchema).refine(areUnique, "each trial once"),
  estimates: z.array(z.looseObject({})),
  notes: z.array(z.string()),
});
export type Results = z.infer<typeof resultsSchema>;

/** What decides whether two runs can be compared. */
export const conditionsSchema = resultsSchema
  .pick({ schemaVersion: true, environment: true, scenario: true, plan: true })
  .extend({ records: z.array(trialRecordSchema.pick({ node: true })) });
export type Conditions = z.infer<typeof conditionsSchema>;

/** Versions of the Node that the measured processes ran on; a command may run on another than it was started for. */
export function targetNode({
  records,
  environment,
  scenario,
}: Pick<Conditions, "records" | "environment" | "scenario">): string {
  const reported = new Set(records.flatMap(({ node }) => node ?? []));
  if (reported.size > 0) return [...reported].toSorted().join(", ");
  return scenario.target.kind.command === undefined ? environment.node : UNKNOWN_NODE;
}

/** A trial that counts twice narrows an interval. */
function areUnique(records: readonly TrialRecord[]): boolean {
  return new Set(records.map(({ trial }) => trial.id)).size === records.length;
}
