/** Of a service that sets up OpenTelemetry itself: it has tracing that obeys the variables, and its baseline has none. */
import { setTimeout as sleep } from "node:timers/promises";
import { BASELINE } from "../plan/plan.ts";
import type { Variant } from "../plan/trial.ts";
import { backendSpec, processorSpec, samplerSpec } from "../spec/specs.ts";
import type { Bench } from "./bench.ts";
import { ControlFailure } from "./processes/control-failure.ts";
import { FLUSH_AT_EXIT_MS } from "./processes/own-service.ts";
import type { Setting } from "./setting.ts";
import { stageTimes } from "./stage-times.ts";
import { startTarget } from "./starts.ts";

/** Longer than the delay of the control's batches; and than the usual delay, for a service that sets its own. */
const WAITS_MS = [800, 6500];

/** Throws a `ControlFailure` if a figure of this service would be wrong. What fails to start is left to its trials. */
export async function controlOwnSdk(bench: Bench, setting: Setting, signal: AbortSignal): Promise<void> {
  const { kind, config } = setting.scenario.target;
  const command = kind.command?.(config, kind.services(config).at(-1)!.service);
  if (command?.ownSdk !== true) return;
  const { variants } = setting.plan;
  const traced = variants.find(({ exporter }) => exporter?.kind.endpoint !== undefined);
  const baseline = variants.find(({ sampler }) => sampler.text === BASELINE);
  const received = (variant: Variant, waitMs: number): Promise<number | undefined> =>
    spansOfOneRequest(bench, setting, variant, waitMs, signal);
  const { startMs } = stageTimes(setting, setting.plan.trials.slice(0, 1));
  // twice, since a service may need the longer wait
  bench.deadline.begin("control", 2 * (startMs + FLUSH_AT_EXIT_MS) + WAITS_MS[0]! + WAITS_MS[1]!);
  const fromBaseline = baseline && received(baseline, WAITS_MS[0]!);
  fromBaseline?.catch(() => undefined);
  if (traced !== undefined) await proveTraced(received, alwaysOn(traced), command.command);
  if (((await fromBaseline) ?? 0) === 0) return;
  throw new ControlFailure(
    command.noneCommand === undefined
      ? `${BASELINE} sends spans: ${command.command} does not obey OTEL_SDK_DISABLED; give none_command="…" that runs it without tracing, or have it read SPANTOLL_TRACING=off`
      : `${BASELINE} sends spans: none_command="${command.noneCommand}" runs the service with tracing`,
  );
}

/** Every request is sampled and soon exported. */
function alwaysOn(variant: Variant): Variant {
  return {
    ...variant,
    sampler: samplerSpec.parse("always_on"),
    processor: processorSpec.parse("batch:delay=100ms"),
    backend: backendSpec.parse("healthy"),
  };
}

async function proveTraced(
  received: (variant: Variant, waitMs: number) => Promise<number | undefined>,
  variant: Variant,
  command: string,
): Promise<void> {
  for (const waitMs of WAITS_MS) if ((await received(variant, waitMs)) !== 0) return;
  throw new ControlFailure(
    `${command} answered a request, and no span of it arrived with always_on: leave out own_sdk if it has no tracing of its own; else have it take sampler, exporter and endpoint from OTEL_* variables`,
  );
}

/** Undefined if the service does not start. */
async function spansOfOneRequest(
  bench: Bench,
  setting: Setting,
  variant: Variant,
  waitMs: number,
  signal: AbortSignal,
): Promise<number | undefined> {
  const sink = await bench.sink();
  const id = `control ${variant.sampler.text} ${waitMs}`;
  const endpoints = await sink.open({ id, seed: 0, condition: "healthy", keepSpans: false });
  const target = await startTarget(bench, setting, { variant, seed: 0, phase: "cost" }, endpoints, signal).catch(
    (error: unknown) => {
      if (error instanceof ControlFailure) throw error;
      return undefined;
    },
  );
  if (target !== undefined) {
    await sleep(waitMs);
    await target.stop();
  }
  const { counts } = await sink.close(id);
  return target && counts.received;
}
