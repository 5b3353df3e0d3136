import { createHash } from "node:crypto";
import { createReadStream, statSync } from "node:fs";
import { resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import { isDeepStrictEqual } from "node:util";
import { deserialize, serialize } from "node:v8";
import { z } from "zod";
import { readJson } from "../../base/document.ts";
import { UserError } from "../../base/problem.ts";
import { mergedTallies, type Tallies } from "../../simulate/outcome.ts";
import type { Shard } from "../../simulate/shard.ts";
import type { SimulateOptions } from "../../simulate/simulate-options.ts";
import { tally } from "../../simulate/simulate.ts";
import { textsIn } from "../../spec/named-files.ts";
import { samplers } from "../../target/samplers/index.ts";
import { readVersion } from "../npm.ts";
import type { Minimum } from "./answer.ts";

/** What decides the result. Shards that differ in any of it do not belong together. */
const askedSchema = z.object({
  spantoll: z.string(),
  /** SHA-256 of each, in order; of samplers: rules, strategies and modules. */
  traceFiles: z.array(z.string()),
  samplers: z.array(z.string()),
  samplerFiles: z.array(z.string()),
  repeat: z.int(),
  trafficPerSecond: z.number().optional(),
  minima: z.array(z.object({ metric: z.string(), of: z.string(), share: z.number() })),
});
export type Asked = z.infer<typeof askedSchema>;

/** What `simulate --shard` prints. JSON has no maps and no whole numbers of any size, so tallies are V8's bytes in base64. */
const shardSchema = z.object({
  shard: z.object({ index: z.int().positive(), of: z.int().positive() }),
  asked: askedSchema,
  tallies: z.base64(),
});

/** Simulates one shard. Returns the outcome as JSON, for `mergeShards`. */
export async function shardOutcome(
  shard: Shard,
  options: SimulateOptions,
  minima: readonly Minimum[],
): Promise<string> {
  const { files, samplers: specs, repeat, trafficPerSecond } = options;
  const tallies = await tally(options, shard);
  const asked: Asked = {
    spantoll: readVersion(),
    traceFiles: await digestsOf(files),
    samplerFiles: await digestsOf(filesOfSamplers(options)),
    samplers: [...specs],
    repeat,
    trafficPerSecond,
    minima: [...minima],
  };
  return JSON.stringify({ shard, asked, tallies: serialize(tallies).toString("base64") });
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

/** Reads what `shardOutcome` made. Throws a `UserError` if a file is none. */
function readShardFile(file: string) {
  try {
    const { tallies, ...rest } = shardSchema.parse(readJson(file, "it"));
    return { ...rest, file, tallies: deserialize(Buffer.from(tallies, "base64")) as Tallies };
  } catch (error) {
    const reason = error instanceof UserError ? `${error.message}; ` : "";
    throw new UserError(`--merge "${file}": ${reason}expected what simulate --shard printed`);
  }
}

/** The tallies of all shards together, and what was asked. Throws a `UserError` unless each shard is there once, all of one simulation. */
export function mergeShards(files: readonly string[]): { readonly asked: Asked; readonly tallies: Tallies } {
  const shards = files.map(readShardFile).toSorted((a, b) => a.shard.index - b.shard.index);
  const [{ asked, shard, file }] = shards as [(typeof shards)[0]];
  for (const other of shards) {
    const keys = Object.keys(askedSchema.shape) as (keyof Asked)[];
    const key = keys.find((each) => !isDeepStrictEqual(other.asked[each], asked[each]));
    const words = key?.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
    if (words !== undefined) throw new UserError(`--merge "${other.file}": differs from "${file}" in its ${words}`);
    if (other.shard.of !== shard.of)
      throw new UserError(
        `--merge "${other.file}": one of ${other.shard.of} shards, but "${file}" is one of ${shard.of}`,
      );
  }
  const expected = Array.from({ length: shard.of }, (_, at) => at + 1);
  const missing = expected.filter((index) => shards.every((one) => one.shard.index !== index));
  if (missing.length > 0)
    throw new UserError(`--merge: missing ${missing.map((index) => `${index}/${shard.of}`).join(", ")}`);
  const again = shards.find((one, at) => one.shard.index !== expected[at]);
  if (again !== undefined) throw new UserError(`--merge "${again.file}": shard ${again.shard.index}/${shard.of} again`);
  return { asked, tallies: mergedTallies(shards.map(({ tallies }) => tallies)) };
}
