import { createHash } from "node:crypto";
import { z } from "zod";
import { mistakeIn, readJson } from "../../base/document.ts";
import { UserError } from "../../base/problem.ts";
import type { Shard } from "../../simulate/shard.ts";
import type { Tallies } from "../../simulate/outcome.ts";

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
export function shardText({ shard, asked, tallies }: ShardFile): string {
  const json = JSON.stringify(tallies, withTags);
  return `{"shard":${JSON.stringify(shard)},"asked":${JSON.stringify(asked)},"sha256":"${sha256(json)}","tallies":${json}}`;
}

/** Reads what `shardText` made. Throws a `UserError` if a file is none. */
export function readShardFile(file: string): ShardFile {
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
