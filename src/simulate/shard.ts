import { newTraceId } from "./new-ids.ts";

/** Number `index` (from 1) of so many parts of a simulation. */
export interface Shard {
  readonly index: number;
  readonly of: number;
}

export const WHOLE: Shard = { index: 1, of: 1 };

/** Repetitions have seeds from 1 on. */
const SHARD_SEED = 0;

/** The shard that decides a trace, from 1. */
export function shardOf(traceId: string, of: number): number {
  return of === 1 ? 1 : 1 + (Number.parseInt(newTraceId(traceId, SHARD_SEED).slice(0, 8), 16) % of);
}
