import { createHash } from "node:crypto";
import { createReadStream, statSync } from "node:fs";
import { resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import { UserError } from "../../base/problem.ts";
import type { Shard } from "../../simulate/shard.ts";
import type { SimulateOptions } from "../../simulate/simulate-options.ts";
import { tally } from "../../simulate/simulate.ts";
import { textsIn } from "../../spec/named-files.ts";
import { samplers } from "../../target/samplers/index.ts";
import { readVersion } from "../npm.ts";
import type { Minimum } from "./answer.ts";
import { z } from "zod";
import { mistakeIn, readJson } from "../../base/document.ts";
import { type Tallies, mergedTallies } from "../../simulate/outcome.ts";

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

const count = z.int().nonnegative();

/** What decides the result. Shards that differ in any of it do not belong together. */
const askedSchema = z.object({
  spantoll: z.string(),
  /** SHA-256 of each file, in order. */
  files: z.array(z.string()),
  samplers: z.array(z.string()),
  /** SHA-256 of each file that a sampler names. */
  samplerFiles: z.array(z.string()),
  repeat: count,
  seed: count,
  windowSpans: count,
  trafficPerSecond: z.number().optional(),
  minima: z.array(z.object({ metric: z.string(), of: z.string(), share: z.number() })),
});
export type Asked = z.infer<typeof askedSchema>;

/** `sha256` is that of the tallies' JSON, so a file that was damaged or changed is known. */
const fileSchema = z.object({
  shard: z.object({ index: z.int().positive(), of: z.int().positive() }),
  asked: askedSchema,
  sha256: z.string(),
  tallies: z.unknown(),
});

export interface ShardFile {
  readonly shard: Shard;
  readonly asked: Asked;
  readonly tallies: Tallies;
}

/** What `simulate --shard` prints. */
function shardText({ shard, asked, tallies }: ShardFile): string {
  const json = JSON.stringify(tallies, withTags);
  return `{"shard":${JSON.stringify(shard)},"asked":${JSON.stringify(asked)},"sha256":"${sha256(json)}","tallies":${json}}`;
}

/** Reads what `shardText` made. Throws a `UserError` if a file is none. */
function readShardFile(file: string): ShardFile {
  const refuse = (why: string): never => {
    throw new UserError(`--merge "${file}": ${why}; expected what simulate --shard printed`);
  };
  let document: unknown;
  try {
    document = readJson(file, "it");
  } catch (error) {
    return refuse((error as Error).message);
  }
  const read = fileSchema.safeParse(document);
  if (!read.success) return refuse(mistakeIn(read.error.issues[0]!, document, fileSchema));
  const { shard, asked, sha256: expected, tallies } = read.data;
  const json = JSON.stringify(tallies) ?? "";
  if (shard.index > shard.of) return refuse("has no such shard");
  if (sha256(json) !== expected) return refuse("its tallies are not those that were written");
  return { shard, asked, tallies: JSON.parse(json, withoutTags) as Tallies };
}

/** JSON has no maps and no whole numbers of any size. */
function withTags(_key: string, value: unknown): unknown {
  if (value instanceof Map) return { $map: [...(value as Map<unknown, unknown>)] };
  return typeof value === "bigint" ? { $int: String(value) } : value;
}

function withoutTags(_key: string, value: unknown): unknown {
  const { $map, $int } = (value ?? {}) as { $map?: [unknown, unknown][]; $int?: string };
  if ($map !== undefined) return new Map($map);
  return $int === undefined ? value : BigInt($int);
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

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
