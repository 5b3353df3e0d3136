import { readFileSync } from "node:fs";
import type { CollectorFiles } from "./collector-kind.ts";

const read = new Map<string, string | undefined>();

/**
 * `0.161.0`: the version of the program's module in the build information that Go leaves in every binary, read once.
 * Undefined if it has none. A Collector's own `--version` is what its builder wrote into it, which may be nothing.
 */
export function collectorVersion({ binary, program }: Pick<CollectorFiles, "binary" | "program">): string | undefined {
  if (!read.has(binary)) read.set(binary, versionIn(readFileSync(binary), program.module));
  return read.get(binary);
}

function versionIn(bytes: Buffer, module: string): string | undefined {
  const before = `\t${module}\tv`;
  const at = bytes.indexOf(before);
  if (at < 0) return undefined;
  const start = at + before.length;
  return /^\d[\w.+-]*(?=[\t\n])/.exec(bytes.toString("latin1", start, start + 100))?.[0];
}
