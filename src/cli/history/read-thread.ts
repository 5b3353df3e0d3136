/** A thread of `readRuns`: reads the files that it is given. */
import { parentPort, workerData } from "node:worker_threads";
import { readRun, type ReadRun, type Unread } from "./read-run.ts";

/** Specs have functions, which no message can carry: the conditions are sent as JSON. */
export type ThreadMessage = readonly (Unread | (Omit<ReadRun, "conditions"> & { readonly conditions: string }))[];

const message: ThreadMessage = (workerData as readonly string[])
  .map(readRun)
  .map((one) => ("reason" in one ? one : { ...one, conditions: JSON.stringify(one.conditions) }));
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
parentPort!.postMessage(message);
