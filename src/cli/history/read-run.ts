import { createHash } from "node:crypto";
import { globSync, mkdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { cacheFolder } from "../../base/cache-folder.ts";
import { UserError } from "../../base/problem.ts";
import { followedRun, type FollowedRun } from "../../estimate/history.ts";
import { readResults, writeTextWhole } from "../../record/file.ts";
import { isUsable } from "../../record/trial-record.ts";
import type { Conditions, Environment } from "../../record/results.ts";

export interface ReadRun extends FollowedRun {
  readonly file: string;
  readonly conditions: Conditions;
}

export interface Unread {
  readonly file: string;
  /** Continues a sentence that begins with the file. */
  readonly reason: string;
}

/** The run of a file, or the reason if it has no valid trial or cannot be read. */
export function readRun(file: string): ReadRun | Unread {
  try {
    const results = readResults(file);
    if (!results.records.some(isUsable)) return { file, reason: "has no valid trial" };
    const conditions = { ...results, records: results.records.map(({ node }) => ({ node })), estimates: [], notes: [] };
    return { file, conditions, ...followedRun(results) };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { file, reason: error.message.replace(`"${file}" `, "") };
  }
}

/** A run as a message or a file can carry it. Specs have functions, so its settings are JSON. */
export interface PlainRun extends Omit<ReadRun, "conditions"> {
  readonly environment: Environment;
  /** The other conditions. Those of most runs are the same. */
  readonly settings: string;
}

const CODE = fileURLToPath(new URL("../../", import.meta.url));
const KEPT_DAYS = 90;

/** Of all code: another Spantoll may estimate otherwise. */
export function codeDigest(): string {
  const files = ["../package.json", ...globSync("**/*.{js,ts}", { cwd: CODE }).toSorted()];
  return digestOf(files.map((file) => readFileSync(join(CODE, file), "utf8")).join("\0"));
}

/** Removes runs kept so long ago that their files may be gone. One that is not gone is read once more. */
export function forgetOldRuns(): void {
  const folder = keptFolder();
  const oldMs = Date.now() - KEPT_DAYS * 86_400_000;
  try {
    for (const path of globSync("*.json", { cwd: folder }).map((name) => join(folder, name)))
      if (statSync(path).mtimeMs < oldMs) rmSync(path);
  } catch {
    // another process removes them, or this one may not
  }
}

function plainRun({ conditions: { environment, ...settings }, ...rest }: ReadRun): PlainRun {
  return { ...rest, environment, settings: JSON.stringify(settings) };
}

/** What `readRun` gives. It is kept in the user's cache folder until its file or the code changes. */
export function keptRun(file: string, code: string): PlainRun | Unread {
  const path = resolve(file);
  const kept = join(keptFolder(), `${digestOf(path)}.json`);
  const stamp = code + stampOf(path);
  try {
    const [ofStamp, run] = JSON.parse(readFileSync(kept, "utf8")) as [string, PlainRun | Unread];
    if (ofStamp === stamp) return { ...run, file };
  } catch {
    // it was not read before
  }
  const run = readRun(file);
  const plain = "reason" in run ? run : plainRun(run);
  try {
    mkdirSync(join(kept, ".."), { recursive: true });
    writeTextWhole(kept, JSON.stringify([stamp, plain]));
  } catch {
    // it is read again the next time
  }
  return plain;
}

function keptFolder(): string {
  return join(cacheFolder(), "history");
}

function stampOf(path: string): string {
  const stats = statSync(path, { throwIfNoEntry: false });
  // a copy may set the time of the last change of its contents, but not that of its own
  return [path, stats?.size, stats?.mtimeMs, stats?.ctimeMs].join(":");
}

function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
