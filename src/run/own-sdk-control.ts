/** Of a service that sets up OpenTelemetry itself: it has tracing that obeys the variables, and its baseline has none. */
import { frontOf } from "../spec/scenario.ts";
import type { Bench } from "./bench.ts";
import { causesOf } from "./check/causes.ts";
import { observeControl } from "./check/check.ts";
import { causeText, type CheckLine } from "./check/check-line.ts";
import { controlLines } from "./check/checks.ts";
import { baselineVerdict, type Control } from "./check/start-checks.ts";
import { ControlFailure } from "./target/control-failure.ts";
import type { Setting } from "./setting.ts";

/**
 * What is wrong with a service that can be measured all the same. Throws a `ControlFailure` if a figure of it would be
 * wrong. What fails to start is left to its trials.
 */
export async function controlOwnSdk(bench: Bench, setting: Setting, signal: AbortSignal): Promise<CheckLine[]> {
  const { command } = frontOf(setting.scenario.target);
  if (command?.ownSdk !== true) return [];
  return ownSdkFaults(command.command, await observeControl(bench, setting, signal));
}

export function ownSdkFaults(command: string, control: Control): CheckLine[] {
  const { baseline, traced } = control;
  const faults = [traced?.failure, baseline?.failure].flatMap((failure) =>
    failure instanceof ControlFailure ? failure.issues : [],
  );
  if (faults.length > 0) throw new ControlFailure([...new Set(faults)]);
  if (traced !== undefined && traced.failure === undefined && traced.result.counts.received === 0)
    faults.push(
      `${command} answered ${traced.sent} requests, and no span of them arrived with always_on: ${causeText(causesOf(traced))}`,
    );
  // also if its line is not checked, because another start has failed
  const { word, text, fix } = baselineVerdict(control);
  if (word === "wrong") faults.push(`${text}: ${fix}`);
  if (faults.length > 0) throw new ControlFailure(faults);
  return controlLines(control).filter((line) => line.word === "wrong" && line.check !== "start");
}
