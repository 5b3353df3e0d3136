import { pathToFileURL } from "node:url";
import { requestMix } from "../load/mix.ts";
import { variantOf, type Trial } from "../plan/plan.ts";
import type { Variant } from "../plan/variant.ts";
import type { ReceiverEndpoints, ReceiverOptions } from "../sink/protocol.ts";
import { phaseRow } from "../spec/phases.ts";
import { requestsOf } from "../spec/workload.ts";
import type { TargetOptions } from "../target/protocol.ts";
import type { Bench } from "./bench.ts";
import { CollectorProcess } from "./collector/collector-process.ts";
import { compileCache, startChild, type Child } from "./processes/child.ts";
import { awaitReady } from "./processes/readiness.ts";
import { killAll, meterOf, type Running } from "./running.ts";
import type { Setting } from "./setting.ts";
import { ControlFailure } from "./target/control-failure.ts";
import { ControlServer } from "./target/control.ts";
import type { FirstRequest } from "./target/first-answer.ts";
import { startCommands } from "./target/own-service.ts";
import { plainPrograms, programsIn } from "./target/plain-programs.ts";
import { findRunning } from "./target/running-service.ts";
import { TargetProcesses } from "./target/target-processes.ts";
import type { TargetSetting } from "./target/target-setting.ts";

/** No service of a group came up. */
export class NoneStarted extends Error {}

/** Starts the services of a group at once. Where one does not come up, none is left running. */
export async function startAll(
  bench: Bench,
  setting: Setting,
  trials: readonly Trial[],
  signal: AbortSignal,
): Promise<Running[]> {
  const sink = await bench.sink();
  const variants = trials.map((trial) => variantOf(setting.plan, trial));
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

/**
 * Starts the processes of a variant, and waits until the service answers to connections; or finds one that runs already.
 * Rejects with the stderr of the process that did not answer.
 */
export async function startTarget(
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
  return startProcesses({
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

async function startProcesses(setting: TargetSetting): Promise<TargetProcesses> {
  const { kind, config } = setting.target;
  const control = new ControlServer(setting.deadline);
  await control.listen();
  const children: Child[] = [];
  const startedMs = performance.now();
  try {
    const address = kind.address?.(config);
    const own =
      address === undefined
        ? kind.command && (await startCommands(setting, control, children))
        : await findRunning(address, setting);
    const origin = own?.origin ?? (await startServices(setting, control, children));
    control.ready();
    return new TargetProcesses(origin, children, control, own, startedMs);
  } catch (error) {
    await Promise.all(children.map((child) => child.kill()));
    control.close();
    throw error;
  }
}

/** Starts a target of Spantoll's own, service by service. Returns the origin of the last, which the load goes to. */
async function startServices(setting: TargetSetting, control: ControlServer, children: Child[]): Promise<string> {
  const { root, otel, target } = setting;
  const services = target.kind.services(target.config);
  const origins: Record<string, string> = {};
  const programs = await (otel === undefined ? plainPrograms(root) : programsIn(otel));
  for (const { service, needs } of services) {
    const peers = Object.fromEntries(needs.map((need) => [need, origins[need]!]));
    const options: TargetOptions = { ...setting.options, control: control.path, service, peers };
    const child = startChild({
      command: setting.node,
      args: ["--import", pathToFileURL(programs.preloadPath).href, programs.entryPath],
      env: {
        ...compileCache(),
        ...setting.kept,
        SPANTOLL_TARGET: JSON.stringify(options),
      },
      ipc: false,
      cores: setting.cores,
    });
    children.push(child);
    origins[service] = await awaitReady(
      service,
      child,
      setting,
      control.connected(service).then((line) => line.listening),
    );
  }
  return origins[services.at(-1)!.service]!;
}

/** The baseline runs the files of the first version. */
function otelOf({ otels }: Setting, variant: Variant): string | undefined {
  return variant.otel === undefined ? otels?.values().next().value : otels!.get(variant.otel);
}

function nodeOf({ nodes }: Setting, variant: Variant): string {
  return variant.node === undefined ? (nodes?.values().next().value ?? process.execPath) : nodes!.get(variant.node)!;
}

function inletOf({ id, seed }: Trial, { backend }: Variant): ReceiverOptions {
  return { id, seed, condition: backend?.text ?? "healthy" };
}

export function firstRequestOf({ scenario }: Setting, seed: number): FirstRequest {
  // a caller that is not sampled would hide whether the service is traced
  const requests = requestsOf(scenario).map((request) => ({ ...request, parent: undefined }));
  return { request: requestMix(requests, seed).render(0, 0), expect: requests[0]!.expect };
}
