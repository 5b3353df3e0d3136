/** What the machine did beside the trial: its hypervisor, its clocks, the speed of its cores. */
import { percent } from "../../base/units.ts";
import type { Warning } from "../../record/trial-record.ts";
import type { Readings } from "../measure/readings.ts";

const STEAL_SHARE = 0.01;
const CLOCK_STEP_MS = 20;

export function steal({ meter }: Readings): Warning | undefined {
  const { open, drained } = meter.measured;
  const share = (drained.machine.stealUs - open.machine.stealUs) / ((drained.atMs - open.atMs) * 1000);
  if (share <= STEAL_SHARE) return undefined;
  return {
    code: "steal",
    message: `the hypervisor took ${percent(share)} of a core for others`,
    fix: "use a machine of your own, or more rounds",
  };
}

export function clockStep({ meter }: Readings): Warning | undefined {
  const { open, closed } = meter.measured;
  const stepMs = closed.epochMs - open.epochMs - (closed.atMs - open.atMs);
  if (Math.abs(stepMs) <= CLOCK_STEP_MS) return undefined;
  return {
    code: "clock-step",
    message: `the wall clock moved by ${stepMs.toFixed(0)} ms against the monotonic one`,
    fix: "let time synchronisation settle, then run again",
  };
}

/** Cores under different rules run at different speeds, and the target's core is not the driver's. */
export function governors({ setting }: Readings): Warning | undefined {
  const names = [...new Set(setting.governors)];
  if (names.length < 2) return undefined;
  return {
    code: "governors",
    message: `the cores run under different frequency governors: ${names.join(", ")}`,
    fix: "give all cores the same one, best performance: cpupower frequency-set -g performance",
  };
}
