import { z } from "zod";
import { readWhole } from "./file.ts";
import { noiseFloorSchema } from "./noise-floor.ts";
import { resultsSchema, SCHEMA_VERSION, type Results } from "./results.ts";

/** Each section is a run of its own; one that was not reached is absent. */
const sectionsSchema = z.object({
  /** Twins of `none` and of `always_on`, side by side. */
  sideBySide: resultsSchema.optional(),
  /** `none` beside twins that burn a known CPU time; `always_on` with and without the ledger's wrappers. */
  knownTruth: resultsSchema.optional(),
});
export type CalibrationSections = z.infer<typeof sectionsSchema>;

/** The whole of a calibration file. `noiseFloor` is derived from the sections and stored for later runs. */
const calibrationSchema = z.object({
  kind: z.literal("calibration"),
  schemaVersion: z.literal(SCHEMA_VERSION),
  ending: z.enum(["completed", "interrupted"]),
  noiseFloor: noiseFloorSchema.optional(),
  sections: sectionsSchema,
});
export type Calibration = z.infer<typeof calibrationSchema>;

/** Reads and checks a calibration file or a results file. Throws a `UserError` with what is wrong with it. */
export function readCalibrationOrResults(path: string): Calibration | Results {
  return readWhole(path, { results: resultsSchema, calibration: calibrationSchema });
}
