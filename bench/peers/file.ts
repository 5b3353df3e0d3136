/** What `peers` writes: every turn of every peer, and what is read off them. */
import { z } from "zod";
import { environmentSchema, SCHEMA_VERSION } from "../../src/record/results.ts";
import { writeWhole } from "../../src/record/file.ts";
import { peerEstimateSchema } from "./estimates.ts";
import { turnSchema } from "./figures.ts";
import { promiseSchema } from "./promises.ts";

const sectionSchema = z.object({
  name: z.string(),
  title: z.string(),
  about: z.string(),
  /** What `against` is called in a head. */
  against: z.string(),
  tookMs: z.number(),
  turns: z.array(turnSchema),
  estimates: z.array(peerEstimateSchema),
  /** Why it broke off. */
  failure: z.string().optional(),
});
export type Measured = z.infer<typeof sectionSchema>;

export const peersFileSchema = z.object({
  schemaVersion: z.literal(SCHEMA_VERSION),
  kind: z.literal("peers"),
  environment: environmentSchema,
  seed: z.int(),
  ending: z.enum(["completed", "interrupted"]),
  sections: z.array(sectionSchema),
  promises: z.array(promiseSchema),
  notes: z.array(z.string()),
});
export type PeersFile = z.infer<typeof peersFileSchema>;

/** Writes the whole file or nothing, and nothing that is not of the shape. */
export function writePeers(path: string, file: PeersFile): void {
  writeWhole(path, peersFileSchema.parse(file));
}
