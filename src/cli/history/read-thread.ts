/** A thread of `readRuns`: reads the files that it is given. */
import { parentPort, workerData } from "node:worker_threads";
import { keptRun } from "./kept-run.ts";

const files = workerData as readonly string[];
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
parentPort!.postMessage(files.map(keptRun));
