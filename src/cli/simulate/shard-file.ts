import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { z } from "zod";
import { Kept } from "../../fidelity/kept.ts";
import { Truth } from "../../fidelity/truth.ts";

const count = z.int().nonnegative();
/** A whole number of any size, as text. */
const exact = z.codec(z.string().regex(/^\d+$/), z.bigint(), { decode: BigInt, encode: String });

function mapOf<K extends z.ZodType, V extends z.ZodType>(key: K, value: V) {
  type Entry = [z.output<K>, z.output<V>];
  return z.codec(z.array(z.tuple([key, value])), z.custom<Map<z.output<K>, z.output<V>>>(), {
    decode: (entries) => new Map(entries as Entry[]),
    encode: (map) => [...map] as never,
  });
}

/** By bucket: rows of latency and count. */
const latency = mapOf(count, count);
const distinct = z.object({ counts: mapOf(z.string(), count), omitted: count });

const keptData = z.object({
  traces: count,
  whole: count,
  partial: count,
  rootless: count,
  spans: count,
  orphans: count,
  violations: count,
  failedWhole: count,
  unweighted: count,
  routes: mapOf(z.string(), z.object({ whole: count, latency })),
  seen: z.object({
    requests: count,
    failed: count,
    latency,
    weight: exact,
    variance: exact,
    failedWeight: exact,
    failedVariance: exact,
    weightByLatency: mapOf(count, exact),
  }),
  shapes: distinct,
  edges: distinct,
});
const kept = z.codec(keptData, z.instanceof(Kept), {
  decode: (data) => Object.assign(new Kept(), data),
  encode: (tallies) => tallies,
});

const truthData = z.object({
  requests: count,
  failed: count,
  unanswered: count,
  latency,
  routes: mapOf(z.string(), z.object({ requests: count, latency })),
});
const truth = z.codec(truthData, z.instanceof(Truth), {
  decode: (data) => Object.assign(new Truth(), data),
  encode: (tallies) => tallies,
});

const run = z.object({ kept, complete: count, squares: count, products: count, dropped: count });
const warning = z.object({ code: z.string(), message: z.string(), fix: z.string() });

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

/** What `simulate --shard` prints. */
export const shardFileSchema = z.object({
  shard: z.object({ index: z.int().positive(), of: z.int().positive() }),
  asked: askedSchema,
  tallies: z.object({
    recording: z.object({
      records: count,
      services: count,
      lengthMs: z.number(),
      hasCallers: z.boolean(),
      truth,
      all: kept,
      squares: count,
    }),
    strategies: z.array(z.object({ sampler: z.string(), runs: z.array(run) })),
    warnings: z.array(warning),
  }),
});
export type ShardFile = z.output<typeof shardFileSchema>;

/** SHA-256 of a file's bytes. */
export async function digestOf(file: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return hash.digest("hex");
}
