import { setTimeout as sleep } from "node:timers/promises";
import type { Running } from "./running.ts";
import { exitReason } from "./processes/child.ts";

/** How long after its first sign the end of a process is waited for. */
const EXIT_WITHIN_MS = 2000;
const UNREF = { ref: false };

/** Whether all services of the group have ended by themselves in the warm-up. */
export async function allDied(running: readonly Running[]): Promise<boolean> {
  if (running.length === 0 || running.some(({ meter }) => meter.opened)) return false;
  const died = Promise.all(running.map(({ target }) => target.exited)).then(() => true);
  return Promise.race([died, sleep(EXIT_WITHIN_MS, false, UNREF)]);
}

/** Rejects when a process of a target ends before its time, with the last lines of its stderr. */
export async function rejectOnExit(running: readonly Running[]): Promise<never> {
  const exit = await Promise.race(
    running.map(async ({ trial, target, meter }) => ({ trial, meter, exit: await target.exited })),
  );
  // a process whose counts are read is meant to end
  if (exit.meter.finished) return new Promise<never>(() => undefined);
  await sleep(50);
  throw new Error(exitReason(`the service of ${exit.trial.variant}`, exit.exit, "in mid-trial"));
}

/** Rejects with the exit of a process if there is one soon, else with `error`: a process that ends closes its connections first. */
export async function rejectWithExit(running: readonly Running[], error: Error): Promise<never> {
  await Promise.race([rejectOnExit(running), sleep(EXIT_WITHIN_MS, undefined, UNREF)]);
  throw error;
}
