export { adviseOn, type Advice, type Knowledge, type NoBatch, type Wishes } from "./advise.ts";
export { GIVES_UP_MS, type BatchAdvice, type BatchSettings } from "./batch.ts";
export type { Candidate, Figure } from "./candidate.ts";
export type { Choice, Impossible, Judged, Lack } from "./choose.ts";
export { type ConstraintName, type Constraints, type Standing } from "./constraints.ts";
export type { Floor } from "./floor.ts";
export { startedPerRequest } from "./per-request.ts";
export type { Traffic, VolumeLaw } from "./project.ts";
