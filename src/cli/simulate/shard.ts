import { UserError } from "../../base/problem.ts";
import type { SimulateOptions } from "../../simulate/options.ts";
import type { Shard } from "../../simulate/shard.ts";
import { tally } from "../../simulate/simulate.ts";
import { readVersion } from "../version.ts";
import type { Minimum } from "./answer.ts";
import { digestOf, shardFileSchema } from "./shard-file.ts";

/** Simulates one shard. Returns the outcome as JSON, for `mergeShards`. */
export async function shardOutcome(
  shard: Shard,
  options: SimulateOptions,
  minima: readonly Minimum[],
): Promise<string> {
  const tallies = await tally(options, shard);
  const { samplers, repeat, seed, windowSpans, trafficPerSecond } = options;
  const files: string[] = [];
  for (const file of options.files) files.push(await digestOf(file));
  const asked = { spantoll: readVersion(), files, samplers, repeat, seed, windowSpans, trafficPerSecond, minima };
  return JSON.stringify(shardFileSchema.encode({ shard, asked, tallies } as never));
}

/** `3/16`. */
export function readShard(part: string): Shard {
  const [, index, of] = /^([1-9]\d{0,5})\/([1-9]\d{0,5})$/.exec(part) ?? [];
  if (index === undefined || Number(index) > Number(of))
    throw new UserError(`--shard "${part}": expected one of all parts, such as 3/16`);
  return { index: Number(index), of: Number(of) };
}
