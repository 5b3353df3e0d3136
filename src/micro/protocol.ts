import type { Effort } from "./measure.ts";

/** What a measuring process is to do: the last word of its command line, as JSON. It answers with its `Figures` over IPC. */
export interface Task {
  readonly part: string;
  /** Holds the files that the samplers' examples name. */
  readonly folder: string;
  readonly effort: Effort;
}
