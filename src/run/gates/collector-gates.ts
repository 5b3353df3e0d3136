/** What is odd about the Collector between service and sink. */
import { formatDuration } from "../../base/units.ts";
import type { Warning } from "../../record/trial-record.ts";
import type { Readings } from "../measure/readings.ts";

/** What it lost has its line in the ledger; its CPU is unknown. */
export function collectorDied({ collectorDied: reason }: Readings): Warning | undefined {
  if (reason === undefined) return undefined;
  return {
    code: "collector-died",
    message: `the Collector ended in mid-trial: ${reason.split("\n", 1)[0]}`,
    fix: "give it more memory, or look at its log: run it by itself with the same configuration",
  };
}

/** It decides on the window's first traces in mid-window, or after it. */
export function collectorCpuUnknown({ decisionMs }: Readings): Warning | undefined {
  if (decisionMs === undefined) return undefined;
  const decided = formatDuration(decisionMs);
  return {
    code: "collector-cpu-unknown",
    message: `the CPU of the Collector is unknown: it decides ${decided} after the first span, and the warm-up is shorter`,
    fix: `--warmup ${decided}, or shorten decision_wait (of a ready-made Collector: wait=)`,
  };
}

/** Tail sampling then decides nothing of them: they count as left out by its sampler. */
export function tracesDroppedEarly({ collector }: Readings): Warning | undefined {
  const dropped = collector?.tracesDroppedEarly ?? 0;
  if (dropped === 0) return undefined;
  return {
    code: "traces-dropped-early",
    message: `tail_sampling dropped ${dropped} of ${collector?.tailTraces} traces before their decision; their spans are among those that it left out`,
    fix: "raise num_traces, or shorten decision_wait (of a ready-made Collector: traces=, wait=)",
  };
}

/** Tail sampling has decided without these spans: an error or a slow end in them is missed. */
export function spansAfterDecision({ collector }: Readings): Warning | undefined {
  const late = collector?.lateArrivals ?? 0;
  if (late === 0) return undefined;
  return {
    code: "spans-late",
    message: `${late} times spans of a trace came after the decision of tail_sampling`,
    fix: "lengthen decision_wait (of a ready-made Collector: wait=): it must last longer than the batch delay of the services and the longest trace together",
  };
}
