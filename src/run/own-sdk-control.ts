/** Of a service that sets up OpenTelemetry itself: it has tracing that obeys the variables, and its baseline has none. */
import { frontOf } from "../spec/scenario.ts";
import type { Bench } from "./bench.ts";
import { causeText } from "./check/cause.ts";
import { causesOf } from "./check/causes.ts";
import { observeControl } from "./check/check.ts";
import type { CheckLine } from "./check/check-line.ts";
import { controlLines } from "./check/checks.ts";
import { ControlFailure } from "./target/control-failure.ts";
import type { Setting } from "./setting.ts";

/**
 * What is wrong with a service that can be measured all the same. Throws a `ControlFailure` if a figure of it would be
 * wrong. What fails to start is left to its trials.
 */
export async function controlOwnSdk(bench: Bench, setting: Setting, signal: AbortSignal): Promise<CheckLine[]> {
  const { command } = frontOf(setting.scenario.target);
  if (command?.ownSdk !== true) return [];
  const observations = await observeControl(bench, setting, signal);
  const { baseline, traced } = observations;
  for (const failure of [traced?.failure, baseline?.failure]) if (failure instanceof ControlFailure) throw failure;
  if (traced !== undefined && traced.failure === undefined && traced.result.counts.received === 0)
    throw new ControlFailure(
      `${command.command} answered ${traced.sent} requests, and no span of them arrived with always_on: ${causeText(causesOf(traced))}`,
    );
  const wrong = controlLines(observations).filter(({ word }) => word === "wrong");
  const none = wrong.find(({ check }) => check === "baseline");
  if (none !== undefined) throw new ControlFailure(`${none.text}: ${none.fix}`);
  return wrong.filter(({ check }) => check !== "start");
}
