import { createHash } from "node:crypto";
import { globSync, mkdirSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { cacheFolder } from "../../base/cache-folder.ts";
import { writeTextWhole } from "../../record/file.ts";
import type { Environment } from "../../record/results.ts";
import { readRun, type ReadRun, type Unread } from "./read-run.ts";

/** A run as a message or a file can carry it. Specs have functions, so its settings are JSON. */
export interface PlainRun extends Omit<ReadRun, "conditions"> {
  readonly environment: Environment;
  /** The other conditions. Those of most runs are the same. */
  readonly settings: string;
}

const CODE = fileURLToPath(new URL("../../", import.meta.url));
/** Another Spantoll may estimate otherwise. */
const CODE_STAMP = [join(CODE, "../package.json"), ...globSync(`${CODE}**/*.{js,ts}`).toSorted()].map(stampOf).join();

/** What `readRun` gives. A run is kept in the user's cache folder until its file or Spantoll changes. */
export function keptRun(file: string): PlainRun | Unread {
  const path = resolve(file);
  const kept = join(cacheFolder(), "history", `${digestOf(path)}.json`);
  const stamp = digestOf(CODE_STAMP + stampOf(path));
  try {
    const [ofStamp, run] = JSON.parse(readFileSync(kept, "utf8")) as [string, PlainRun];
    if (ofStamp === stamp) return { ...run, file };
  } catch {
    // it was not read before
  }
  const run = readRun(file);
  if ("reason" in run) return run;
  const { conditions, ...rest } = run;
  const { environment, ...settings } = conditions;
  const plain = { ...rest, environment, settings: JSON.stringify(settings) };
  try {
    mkdirSync(join(kept, ".."), { recursive: true });
    writeTextWhole(kept, JSON.stringify([stamp, plain]));
  } catch {
    // it is read again the next time
  }
  return plain;
}

function stampOf(path: string): string {
  const stats = statSync(path, { throwIfNoEntry: false });
  return `${path}:${stats?.size}:${stats?.mtimeMs}`;
}

function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
