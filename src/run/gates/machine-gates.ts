/** What the machine did beside the trial: its hypervisor, its clocks, the speed of its cores. */
import { percent } from "../../base/units.ts";
import { foreignLoad } from "./foreign-load.ts";
import type { Gates } from "./readings.ts";
import { programOf } from "../processes/listeners.ts";

const STEAL_SHARE = 0.01;
const CLOCK_STEP_MS = 20;

export const MACHINE_GATES: Gates = {
  "foreign-load": foreignLoad,

  steal({ meter }) {
    const { open, drained } = meter.measured;
    const share = (drained.machine.stealUs - open.machine.stealUs) / ((drained.atMs - open.atMs) * 1000);
    if (share <= STEAL_SHARE) return undefined;
    return {
      message: `the hypervisor took ${percent(share)} of a core for others`,
      fix: "use a machine of your own, or more rounds",
    };
  },

  "clock-step"({ meter }) {
    const { open, closed } = meter.measured;
    const stepMs = closed.epochMs - open.epochMs - (closed.atMs - open.atMs);
    if (Math.abs(stepMs) <= CLOCK_STEP_MS) return undefined;
    return {
      message: `the wall clock moved by ${stepMs.toFixed(0)} ms against the monotonic one`,
      fix: "let time synchronisation settle, then run again",
    };
  },

  /** Cores under different rules run at different speeds, and the target's core is not the driver's. */
  governors({ setting }) {
    const names = [...new Set(setting.governors)];
    if (names.length < 2) return undefined;
    return {
      message: `the cores run under different frequency governors: ${names.join(", ")}`,
      fix: "give all cores the same one, best performance: cpupower frequency-set -g performance",
    };
  },

  /** Of a service that was not started here. */
  "not-restarted"({ setting, target }) {
    if (setting.scenario.target.kind.address === undefined) return undefined;
    const listeners = (target?.listeners ?? []).map((pid) => `${programOf(pid)} (process ${pid})`);
    const whose =
      target?.doubt === undefined
        ? `CPU and memory are those of ${listeners.join(", ")} and its descendants`
        : `its CPU and memory are unknown, because ${target.doubt}`;
    return {
      message: `the service ran before and after: rounds are repetitions within one process, not restarts, and it is not pinned; ${whose}`,
      fix: 'to measure restarts, give its command: --target command:"..."',
    };
  },
};
