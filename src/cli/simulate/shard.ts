import { createHash } from "node:crypto";
import { createReadStream, statSync } from "node:fs";
import { resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import { UserError } from "../../base/problem.ts";
import type { SimulateOptions } from "../../simulate/options.ts";
import type { Shard } from "../../simulate/shard.ts";
import { tally } from "../../simulate/simulate.ts";
import { textsIn } from "../../spec/named-files.ts";
import { samplers } from "../../target/samplers/index.ts";
import { readVersion } from "../version.ts";
import type { Minimum } from "./answer.ts";
import { shardText } from "./shard-file.ts";

/** Simulates one shard. Returns the outcome as JSON, for `mergeShards`. */
export async function shardOutcome(
  shard: Shard,
  options: SimulateOptions,
  minima: readonly Minimum[],
): Promise<string> {
  const tallies = await tally(options, shard);
  const { samplers: specs, repeat, seed, windowSpans, trafficPerSecond } = options;
  const [files, samplerFiles] = [await digestsOf(options.files), await digestsOf(filesOfSamplers(options))];
  const asked = {
    spantoll: readVersion(),
    files,
    samplers: [...specs],
    samplerFiles,
    repeat,
    seed,
    windowSpans,
    trafficPerSecond,
    minima: [...minima],
  };
  return shardText({ shard, asked, tallies });
}

/** SHA-256 of each file's bytes. */
async function digestsOf(files: readonly string[]): Promise<string[]> {
  const digests: string[] = [];
  for (const file of files) {
    const hash = createHash("sha256");
    await pipeline(createReadStream(file), hash);
    digests.push(hash.digest("hex"));
  }
  return digests;
}

/** Rules, strategies and modules: shards with other ones would decide otherwise. */
function filesOfSamplers({ samplers: specs, baseDir }: SimulateOptions): string[] {
  const texts = specs.flatMap((text) => textsIn(samplers.parse(text)));
  return [...new Set(texts.map((text) => resolve(baseDir, text)))].filter(
    (file) => statSync(file, { throwIfNoEntry: false })?.isFile() === true,
  );
}

/** `3/16`. */
export function readShard(part: string): Shard {
  const [, index, of] = /^([1-9]\d{0,5})\/([1-9]\d{0,5})$/.exec(part) ?? [];
  if (index === undefined || Number(index) > Number(of))
    throw new UserError(`--shard "${part}": expected one of all parts, such as 3/16`);
  return { index: Number(index), of: Number(of) };
}
