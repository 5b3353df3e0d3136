import { closeSync, openSync, readSync } from "node:fs";
import type { CollectorFiles } from "./collector-kind.ts";

const read = new Map<string, string | undefined>();
const CHUNK_BYTES = 2 ** 20;
/** What is looked for is shorter. */
const OVERLAP_BYTES = 512;

/**
 * `0.161.0`: the version of the program's module in the build information that Go leaves in every binary, read once.
 * Undefined if it has none, or may be executed and not read. A Collector's own `--version` is what its builder wrote into it, which may be nothing.
 */
export function collectorVersion({ binary, program }: Pick<CollectorFiles, "binary" | "program">): string | undefined {
  if (!read.has(binary)) read.set(binary, versionOf(binary, program.module));
  return read.get(binary);
}

function versionOf(binary: string, module: string): string | undefined {
  let file: number | undefined;
  try {
    file = openSync(binary, "r");
    const chunk = Buffer.alloc(CHUNK_BYTES);
    for (let at = 0; ; at += CHUNK_BYTES - OVERLAP_BYTES) {
      const length = readSync(file, chunk, 0, CHUNK_BYTES, at);
      const version = versionIn(chunk.subarray(0, length), module);
      if (version !== undefined || length < CHUNK_BYTES) return version;
    }
  } catch {
    return undefined;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function versionIn(bytes: Buffer, module: string): string | undefined {
  const before = `\t${module}\tv`;
  const at = bytes.indexOf(before);
  if (at < 0) return undefined;
  const start = at + before.length;
  return /^\d[\w.+-]*(?=[\t\n])/.exec(bytes.toString("latin1", start, start + 100))?.[0];
}
