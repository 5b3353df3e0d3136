import { once } from "node:events";
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { noteUsed } from "../../base/regular-file.ts";
import { siblingModule } from "../../base/sibling.ts";
import { conditionsSchema } from "../../record/results.ts";
import { readRun, type ReadRun, type Unread } from "./read-run.ts";
import type { ThreadMessage } from "./read-thread.ts";

/** To start a thread costs as much as to read so many files. */
const MANY = 100;

/** Reads all files, many of them on several cores. */
export async function readRuns(files: readonly string[]): Promise<(ReadRun | Unread)[]> {
  if (files.length < MANY) return files.map(readRun);
  // what a thread reads, this process does not know of
  for (const file of files) noteUsed(file);
  const threads = Math.min(availableParallelism(), Math.ceil(files.length / MANY));
  const ofThreads = Array.from({ length: threads }, async (_, thread) => {
    const workerData = files.filter((_file, at) => at % threads === thread);
    const worker = new Worker(siblingModule(import.meta.url, "./read-thread"), { workerData });
    const [message] = (await once(worker, "message")) as [ThreadMessage];
    return message.map((one) =>
      "reason" in one ? one : { ...one, conditions: conditionsSchema.parse(JSON.parse(one.conditions)) },
    );
  });
  return (await Promise.all(ofThreads)).flat();
}
