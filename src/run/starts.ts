import type { ReceiverOptions } from "../sink/protocol.ts";
import type { Trial, Variant } from "../plan/trial.ts";
import { phaseRow } from "../plan/phases.ts";
import type { Bench } from "./bench.ts";
import { Meter } from "./measure/meter.ts";
import type { Setting } from "./setting.ts";
import { TargetProcesses } from "./processes/target-processes.ts";

/** One trial while it runs. */
export interface Running {
  readonly trial: Trial;
  readonly variant: Variant;
  readonly target: TargetProcesses;
  readonly meter: Meter;
}

/** No service of a block came up. */
export class NoneStarted extends Error {}

/** Starts the services of a block at once. Where one does not come up, none is left running. */
export async function startAll(
  bench: Bench,
  setting: Setting,
  trials: readonly Trial[],
  signal: AbortSignal,
): Promise<Running[]> {
  const [sink, load] = await Promise.all([bench.sink(), bench.load()]);
  const variants = trials.map((trial) => setting.plan.variants.find(({ id: name }) => name === trial.variant)!);
  // a sink that dies here is no fault of the services
  const inlets = await Promise.all(trials.map((trial, at) => sink.open(inletOf(trial, variants[at]!))));
  const starts = trials.map(async (trial, at): Promise<Running> => {
    const variant = variants[at]!;
    const special = setting.special?.get(variant.id);
    const target = await TargetProcesses.start({
      target: setting.scenario.target,
      variant,
      endpoints: inlets[at]!,
      cores: bench.pinning?.target,
      node: setting.node,
      seed: trial.seed,
      signal,
      ...(setting.kept && { kept: setting.kept }),
      sdkMetrics: phaseRow(trial.phase).sdkMetrics,
      counted: special?.counted ?? true,
      ...(special?.burnUsPerRequest !== undefined && { burnUsPerRequest: special.burnUsPerRequest }),
      ...(special?.root !== undefined && { root: special.root }),
    });
    return { trial, variant, target, meter: new Meter(target, load.child.pid, sink.child.pid) };
  });
  const outcomes = await Promise.allSettled(starts);
  const failure = outcomes.find((outcome) => outcome.status === "rejected");
  if (failure === undefined) return outcomes.map((outcome) => (outcome as PromiseFulfilledResult<Running>).value);
  await Promise.all(
    outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value.target.kill()] : [])),
  );
  const reason = failure.reason as Error;
  throw outcomes.every(({ status }) => status === "rejected") ? new NoneStarted(reason.message) : reason;
}

function inletOf({ id, seed }: Trial, { backend }: Variant): ReceiverOptions {
  return { id, seed, condition: backend?.text ?? "healthy", keepSpans: true };
}
