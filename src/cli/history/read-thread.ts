/** A thread of `readRuns`: reads the files that it is given. */
import { parentPort, workerData } from "node:worker_threads";
import { keptRun } from "./read-run.ts";

export interface ThreadTask {
  readonly files: readonly string[];
  /** Its digest. */
  readonly code: string;
}

const { files, code } = workerData as ThreadTask;
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
parentPort!.postMessage(files.map((file) => keptRun(file, code)));
