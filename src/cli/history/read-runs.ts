import { once } from "node:events";
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { noteUsed } from "../../base/regular-file.ts";
import { siblingModule } from "../../base/sibling.ts";
import { conditionsSchema, type Conditions } from "../../record/results.ts";
import { codeDigest, forgetOldRuns, readRun, type PlainRun, type ReadRun, type Unread } from "./read-run.ts";
import type { ThreadTask } from "./read-thread.ts";

const settingsSchema = conditionsSchema.omit({ environment: true });

/** To start a thread costs as much as to read so many files. */
const MANY = 100;

/** Reads all files, many of them on several cores. */
export async function readRuns(files: readonly string[]): Promise<(ReadRun | Unread)[]> {
  if (files.length < MANY) return files.map(readRun);
  // what a thread reads, this process does not know of
  for (const file of files) noteUsed(file);
  forgetOldRuns();
  const code = codeDigest();
  const threads = Math.min(availableParallelism(), Math.ceil(files.length / MANY));
  const ofThreads = Array.from({ length: threads }, async (_, thread) => {
    const workerData: ThreadTask = { files: files.filter((_file, at) => at % threads === thread), code };
    const worker = new Worker(siblingModule(import.meta.url, "./read-thread"), { workerData });
    const [message] = (await once(worker, "message")) as [readonly (PlainRun | Unread)[]];
    return message;
  });
  const known = new Map<string, Omit<Conditions, "environment">>();
  return (await Promise.all(ofThreads)).flat().map((run) => {
    if ("reason" in run) return run;
    const { settings: text, environment, ...rest } = run;
    const settings = known.get(text) ?? settingsSchema.parse(JSON.parse(text));
    known.set(text, settings);
    return { ...rest, conditions: { ...settings, environment } };
  });
}
