import { UserError } from "../../base/problem.ts";
import { mergedTallies, type Tallies } from "../../simulate/outcome.ts";
import { readShardFile, type Asked } from "./shard-file.ts";

/** What two shards that do not belong together differ in. */
const DIFFERENCES: Readonly<Record<keyof Asked, string>> = {
  spantoll: "another version of Spantoll",
  files: "other trace files",
  samplers: "other samplers",
  samplerFiles: "other files of its samplers",
  repeat: "another --repeat",
  seed: "another seed",
  windowSpans: "another window of spans",
  trafficPerSecond: "another --traffic",
  minima: "other --min-errors or --min-slow",
};

/** The tallies of all shards together, and what was asked. Throws a `UserError` unless each shard is there once, all of one simulation. */
export function mergeShards(files: readonly string[]): { readonly asked: Asked; readonly tallies: Tallies } {
  const shards = files.map((file) => ({ ...readShardFile(file), file }));
  const [first, ...others] = shards as [(typeof shards)[0], ...typeof shards];
  const { asked, shard, file } = first;
  for (const other of others) {
    const key = (Object.keys(DIFFERENCES) as (keyof Asked)[]).find((each) => !isSame(other.asked[each], asked[each]));
    if (key !== undefined) throw new UserError(`--merge "${other.file}": has ${DIFFERENCES[key]} than ${file}`);
    if (other.shard.of !== shard.of)
      throw new UserError(
        `--merge "${other.file}": one of ${other.shard.of} shards, but ${file} is one of ${shard.of}`,
      );
  }
  const byIndex = Map.groupBy(shards, ({ shard: { index } }) => index);
  for (const [index, [one, again]] of byIndex) {
    if (again !== undefined)
      throw new UserError(`--merge "${again.file}": shard ${index}/${shard.of} again, it is in ${one!.file} too`);
  }
  const missing = Array.from({ length: shard.of }, (_, at) => at + 1).filter((index) => !byIndex.has(index));
  if (missing.length > 0)
    throw new UserError(`--merge: missing ${missing.map((index) => `${index}/${shard.of}`).join(", ")}`);
  const inOrder = shards.toSorted((a, b) => a.shard.index - b.shard.index).map(({ tallies }) => tallies);
  return { asked, tallies: mergedTallies(inOrder) };
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
