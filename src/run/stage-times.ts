import { total } from "../base/sum-of.ts";
import type { Trial } from "../plan/plan.ts";
import { batchDelayMs, SHUTDOWN_WITHIN_MS } from "./measure/ledger-reading.ts";
import { STORE_WITHIN_MS } from "./collector/stored-spans.ts";
import { settleMs } from "../spec/shared-processes.ts";
import { FLUSH_WITHIN_MS } from "./measure/meter.ts";
import { IDLE_WITHIN_MS } from "./collector/collector-watch.ts";
import { EXIT_WITHIN_MS } from "./collector/collector-start.ts";
import { firstAnswerMs, FLUSH_AT_EXIT_MS } from "./target/own-service.ts";
import { READY_WITHIN_MS } from "./processes/readiness.ts";
import type { Setting } from "./setting.ts";

/** A trial may be late by so much, for all that is asked in it. */
export const LATE_MS = 9000;
/** Beyond the last request's time-out. */
const AFTER_TIMEOUT_MS = 1500;
/** For each process that is started at once on the target's core. */
const START_MS = 2000;

/** How late a trial may be: the requests under way at the end of its load may all time out. */
export function allowanceMs({ timeoutMs }: Setting["scenario"]): number {
  return Math.max(LATE_MS, timeoutMs + AFTER_TIMEOUT_MS);
}

/**
 * How long the stages of a group may take by plan, in ms: also if a service is slow to start, or cannot export. `isWarm`:
 * it goes on in the processes of an earlier trial.
 */
export function stageTimes({ scenario, plan }: Setting, trials: readonly Trial[], isWarm = false) {
  const { kind, config } = scenario.target;
  const { readyWithinMs: engineMs = 0 } = scenario.driver.kind;
  const services = kind.services(config);
  const commands = services.flatMap(({ service }) => kind.command?.(config, service) ?? []);
  const variants = plan.variants.filter(({ id }) => trials.some(({ variant }) => variant === id));
  const [{ phase }] = trials as [Trial];
  const isReachable = variants.every(({ backend }) => backend === undefined || backend.text === "healthy");
  const isCollected = variants.some(({ collector }) => collector !== undefined);
  const flushMs = isReachable ? 0 : FLUSH_WITHIN_MS;
  const ownDelayMs = commands.some(({ ownSdk }) => ownSdk) ? Math.max(...variants.map(batchDelayMs)) : undefined;
  const exitMs = ownDelayMs === undefined ? (isReachable ? 0 : SHUTDOWN_WITHIN_MS) : FLUSH_AT_EXIT_MS + ownDelayMs;
  const readyMs = total(commands, ({ readyWithinMs = READY_WITHIN_MS }) => readyWithinMs);
  const front = commands.at(-1);
  const isStored = variants.some(({ collector }) => collector?.kind.program?.stores === true);
  const collectorMs = (isCollected ? IDLE_WITHIN_MS + EXIT_WITHIN_MS : 0) + (isStored ? STORE_WITHIN_MS : 0);
  return {
    startMs:
      trials.length * services.length * START_MS +
      (front === undefined ? 0 : readyMs + firstAnswerMs(front)) +
      (isCollected ? READY_WITHIN_MS : 0),
    warmupMs:
      engineMs +
      (isWarm ? settleMs(scenario, phase) : scenario.warmupMs[phase]) +
      flushMs +
      (isCollected ? (ownDelayMs ?? 0) : 0),
    windowMs: scenario.durationMs[phase] + flushMs + exitMs + collectorMs,
  };
}
