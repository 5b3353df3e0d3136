import { z } from "zod";
import type { RequestTable } from "../load/index.ts";
import type { SpanTable } from "../backend/index.ts";

/** What driver and sink recorded of one trial, before it is judged. In memory only; `fidelity` is what stays. */
export interface Evidence {
  readonly requests: RequestTable;
  readonly spans: SpanTable;
}

/** How well the kept traces tell the truth about the requests of one trial. Owned and extended by the judging of samplers. */
export const fidelitySchema = z.looseObject({
  requests: z.int(),
  /** By class: requests offered, and those with a trace that arrived whole. */
  classes: z.record(z.string(), z.object({ offered: z.int(), kept: z.int() })),
});
export type Fidelity = z.infer<typeof fidelitySchema>;
