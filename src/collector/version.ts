import { readFileSync } from "node:fs";
import type { CollectorFiles } from "./collector-kind.ts";

const read = new Map<string, string | undefined>();

/**
 * `0.161.0`: the version of the program's module in the build information that Go leaves in every binary, read once.
 * Undefined if it has none, or may be executed and not read. A Collector's own `--version` is what its builder wrote into it, which may be nothing.
 */
export function collectorVersion({ binary, program }: Pick<CollectorFiles, "binary" | "program">): string | undefined {
  if (!read.has(binary)) read.set(binary, versionOf(binary, `\t${program.module}\tv`));
  return read.get(binary);
}

function versionOf(binary: string, before: string): string | undefined {
  try {
    const bytes = readFileSync(binary);
    const start = bytes.indexOf(before) + before.length;
    if (start < before.length) return undefined;
    return /^\d[\w.+-]*(?=[\t\n])/.exec(bytes.toString("latin1", start, start + 100))?.[0];
  } catch {
    return undefined;
  }
}
