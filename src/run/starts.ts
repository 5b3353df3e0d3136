import { join, resolve } from "node:path";
import type { ReceiverEndpoints, ReceiverOptions } from "../sink/protocol.ts";
import type { Trial } from "../plan/plan.ts";
import type { Variant } from "../plan/variant.ts";
import { COST_PHASES, phaseRow } from "../spec/phases.ts";
import type { Bench } from "./bench.ts";
import { requestMix } from "../load/mix.ts";
import { frontOf } from "../spec/scenario.ts";
import { requestsOf } from "../spec/workload.ts";
import { canCountInstructions } from "./measure/instructions.ts";
import { Meter } from "./measure/meter.ts";
import type { Setting } from "./setting.ts";
import { ControlFailure } from "./target/control-failure.ts";
import { CollectorProcess } from "./collector/collector-process.ts";
import type { FirstRequest } from "./target/first-answer.ts";
import type { TargetSetting } from "./target/target-setting.ts";
import { TargetProcesses } from "./target/target-processes.ts";

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

/** No service of a group came up. */
export class NoneStarted extends Error {}

/** A trial in the processes that it has inherited; undefined if it is to start its own. */
export async function takeOver(bench: Bench, setting: Setting, trial: Trial): Promise<Running | undefined> {
  const target = await bench.takeOver(trial.id);
  if (target === undefined) return undefined;
  const cores = phaseRow(trial.phase).loop === "closed" ? bench.pinning?.all : bench.pinning?.target;
  if (cores !== undefined) target.pin(cores);
  const meter = await meterOf(bench, setting, trial, target);
  return { trial, variant: variantOf(setting, trial), target, meter, isWarm: true };
}

/** Starts the services of a group at once. Where one does not come up, none is left running. */
export async function startAll(
  bench: Bench,
  setting: Setting,
  trials: readonly Trial[],
  signal: AbortSignal,
): Promise<Running[]> {
  const sink = await bench.sink();
  const variants = trials.map((trial) => variantOf(setting, trial));
  // a sink that dies here is no fault of the services
  const inlets = await Promise.all(trials.map((trial, at) => sink.open(inletOf(trial, variants[at]!))));
  const starts = trials.map(async (trial, at): Promise<Running> => {
    const variant = variants[at]!;
    const collector = await startCollector(bench, variant, inlets[at]!, signal);
    try {
      const endpoints = collector?.endpoints ?? inlets[at]!;
      const target = await startTarget(bench, setting, { ...trial, variant }, endpoints, signal);
      const meter = await meterOf(bench, setting, trial, target, collector);
      return { trial, variant, target, meter, isWarm: false, ...(collector && { collectorProcess: collector }) };
    } catch (error) {
      await collector?.kill();
      throw error;
    }
  });
  const outcomes = await Promise.allSettled(starts);
  if (outcomes.every(({ status }) => status === "fulfilled"))
    return outcomes.map((outcome) => (outcome as PromiseFulfilledResult<Running>).value);
  await killAll(outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value] : [])));
  const failures = outcomes.flatMap((outcome, at) =>
    outcome.status === "rejected" ? [{ reason: outcome.reason as Error, of: trials[at]!.variant }] : [],
  );
  const { reason, of } = failures.find((failure) => failure.reason instanceof ControlFailure) ?? failures[0]!;
  if (reason instanceof ControlFailure) throw reason;
  if (failures.length === trials.length) throw new NoneStarted(reason.message);
  // it is the reason of the others too, which came up
  throw new Error(`the service of ${of} did not start: ${reason.message}`);
}

async function meterOf(
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

function variantOf({ plan }: Setting, { variant }: Trial): Variant {
  return plan.variants.find(({ id }) => id === variant)!;
}

/** Ends the services of a group, and the Collectors behind them, at once. */
export async function killAll(running: readonly Running[]): Promise<void> {
  const started = running.flatMap(({ target, collectorProcess: collector }) => [
    target,
    ...(collector ? [collector] : []),
  ]);
  await Promise.all(started.map((one) => one.kill()));
}

async function startCollector(
  bench: Bench,
  { collector: spec, exporter }: Variant,
  endpoints: ReceiverEndpoints,
  signal: AbortSignal,
): Promise<CollectorProcess | undefined> {
  if (spec === undefined) return undefined;
  const protocol = exporter?.kind.endpoint === "otlpGrpc" ? "otlpGrpc" : "otlpHttp";
  const { pinning, deadline } = bench;
  return CollectorProcess.start({ spec, endpoints, protocol, cores: pinning?.others, signal, deadline });
}

/** Starts the service of a variant. */
export function startTarget(
  bench: Bench,
  setting: Setting,
  {
    variant,
    seed,
    phase,
    isBaseline,
  }: Pick<Running, "variant"> & Pick<Trial, "seed" | "phase"> & Pick<TargetSetting, "isBaseline">,
  endpoints: ReceiverEndpoints,
  signal: AbortSignal,
): Promise<TargetProcesses> {
  const { target } = setting.scenario;
  const { sampler, instrumentation, processor, exporter } = variant;
  const { root, ...special } = setting.special?.get(variant.id) ?? {};
  const { loop, sdkReports } = phaseRow(phase);
  return TargetProcesses.start({
    target,
    variant,
    ...(isBaseline !== undefined && { isBaseline }),
    options: {
      ...(target.kind.command === undefined && { target: target.text }),
      sampler: sampler.text,
      instrumentation: instrumentation?.text ?? target.kind.instrumented,
      processor: processor?.text ?? "none",
      exporter: exporter?.text ?? "none",
      endpoints,
      baseDir: process.cwd(),
      seed,
      counted: true,
      ...special,
    },
    root,
    endpoints,
    cores: loop === "none" ? bench.pinning?.target : bench.pinning?.all,
    node: nodeOf(setting, variant),
    otel: otelOf(setting, variant),
    signal,
    deadline: bench.deadline,
    sdkReports,
    firstRequest: firstRequestOf(setting, seed),
    ...(setting.kept && { kept: setting.kept }),
  });
}

/** The baseline runs the files of the first version. */
function otelOf({ otels }: Setting, variant: Variant): string | undefined {
  return variant.otel === undefined ? otels?.values().next().value : otels!.get(variant.otel);
}

function nodeOf({ nodes }: Setting, variant: Variant): string {
  return variant.node === undefined ? (nodes?.values().next().value ?? process.execPath) : nodes!.get(variant.node)!;
}

/** `FOLDER/ratio-0.1-round-2`; undefined if the phase takes no profile. */
function profilePath({ profileFolder }: Setting, { phase, variant, round }: Trial): string | undefined {
  if (profileFolder === undefined || phaseRow(phase).profiled !== true) return undefined;
  return join(resolve(profileFolder), `${variant.replaceAll(/[^\w.=,@-]+/g, "-")}-round-${round}`);
}

function inletOf({ id, seed }: Trial, { backend }: Variant): ReceiverOptions {
  return { id, seed, condition: backend?.text ?? "healthy" };
}

export function firstRequestOf({ scenario }: Setting, seed: number): FirstRequest {
  // a caller that is not sampled would hide whether the service is traced
  const requests = requestsOf(scenario).map((request) => ({ ...request, parent: undefined }));
  return { request: requestMix(requests, seed).render(0, 0), expect: requests[0]!.expect };
}
