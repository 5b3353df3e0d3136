import { join, resolve } from "node:path";
import { variantOf, type Trial } from "../plan/plan.ts";
import type { Variant } from "../plan/variant.ts";
import { COST_PHASES, phaseRow } from "../spec/phases.ts";
import { frontOf } from "../spec/scenario.ts";
import type { Bench } from "./bench.ts";
import type { CollectorProcess } from "./collector/collector-process.ts";
import { canCountInstructions } from "./measure/instructions.ts";
import { Meter } from "./measure/meter.ts";
import type { Setting } from "./setting.ts";
import type { TargetProcesses } from "./target/target-processes.ts";

/** One trial while it runs. */
export interface Running {
  readonly trial: Trial;
  readonly variant: Variant;
  readonly target: TargetProcesses;
  readonly meter: Meter;
  /** Between it and the sink. */
  readonly collectorProcess?: CollectorProcess;
  /** It goes on in the processes of an earlier trial. */
  readonly isWarm: boolean;
}

/** A trial in the processes that it has inherited; undefined if it is to start its own. */
export async function takeOver(bench: Bench, setting: Setting, trial: Trial): Promise<Running | undefined> {
  const target = await bench.takeOver(trial.id);
  if (target === undefined) return undefined;
  const cores = phaseRow(trial.phase).loop === "closed" ? bench.pinning?.all : bench.pinning?.target;
  if (cores !== undefined) target.pin(cores);
  const meter = await meterOf(bench, setting, trial, target);
  return { trial, variant: variantOf(setting.plan, trial), target, meter, isWarm: true };
}

export async function meterOf(
  bench: Bench,
  setting: Setting,
  trial: Trial,
  target: TargetProcesses,
  collector?: CollectorProcess,
): Promise<Meter> {
  const [sink, load] = await Promise.all([bench.sink(), bench.load()]);
  return new Meter({
    target,
    service: frontOf(setting.scenario.target).service,
    driverPid: load.child.pid,
    driverIsTree: setting.scenario.driver.kind.engine !== undefined,
    sinkPid: sink.child.pid,
    windowMs: setting.scenario.durationMs[trial.phase],
    collector,
    profilePath: profilePath(setting, trial),
    otherCores: bench.pinning?.others,
    countsInstructions: COST_PHASES.some((phase) => phase === trial.phase) && canCountInstructions(),
  });
}

/** Ends the services of a group, and the Collectors behind them, at once. */
export async function killAll(running: readonly Running[]): Promise<void> {
  const started = running.flatMap(({ target, collectorProcess: collector }) => [
    target,
    ...(collector ? [collector] : []),
  ]);
  await Promise.all(started.map((one) => one.kill()));
}

/** `FOLDER/ratio-0.1-round-2`; undefined if the phase takes no profile. */
function profilePath({ profileFolder }: Setting, { phase, variant, round }: Trial): string | undefined {
  if (profileFolder === undefined || phaseRow(phase).profiled !== true) return undefined;
  return join(resolve(profileFolder), `${variant.replaceAll(/[^\w.=,@-]+/g, "-")}-round-${round}`);
}
