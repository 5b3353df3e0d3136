/** What is odd about the Collector between service and sink. */
import { formatDuration, percent } from "../../base/units.ts";
import { phaseRow, rateOption } from "../../spec/phases.ts";
import { ownLoad } from "./foreign-load.ts";
import type { Gates } from "./readings.ts";

/** Share of the cores that it has with driver and sink. Above it, it waits for the driver, to which it yields. */
const FULL = 0.9;

export const COLLECTOR_GATES: Gates = {
  /** What it lost has its line in the ledger; its CPU is unknown. */
  "collector-died"({ collectorDied: reason }) {
    if (reason === undefined) return undefined;
    return {
      message: `the Collector ended in mid-trial: ${reason.split("\n", 1)[0]}`,
      fix: "give it more memory, or look at its log: run it by itself with the same configuration",
    };
  },

  /** It decides on the window's first traces in mid-window, or after it. */
  "collector-cpu-unknown"({ decisionMs }) {
    if (decisionMs === undefined) return undefined;
    const decided = formatDuration(decisionMs);
    return {
      message: `the CPU of the Collector is unknown: it decides ${decided} after the first span, and the warm-up is shorter`,
      fix: `--warmup ${decided}, or shorten decision_wait (of a ready-made Collector: wait=)`,
    };
  },

  /** Then the service's queue may overflow, and with a Collector that has cores of its own it would not. */
  "collector-starved"(readings, phase) {
    const own = readings.collectorsShare ? ownLoad(readings)?.driver : undefined;
    if (own === undefined || own.share <= FULL * own.cores.length) return undefined;
    return {
      message: `driver, sink and all Collectors together filled their ${own.cores.length === 1 ? "core" : "cores"} (${percent(own.share / own.cores.length)}): spans may be lost, or come late, that a Collector with a machine of its own would take in time`,
      fix: `lower ${phaseRow(phase).loop === "closed" ? "--connections" : rateOption(phase)}, or measure on a machine of more cores`,
    };
  },

  /** Tail sampling then decides nothing of them: they count as left out by its sampler. */
  "traces-dropped-early"({ collector }) {
    const dropped = collector?.tracesDroppedEarly ?? 0;
    if (dropped === 0) return undefined;
    return {
      message: `tail_sampling dropped ${dropped} of ${collector?.tailTraces} traces before their decision; their spans are among those that it left out`,
      fix: "raise num_traces, or shorten decision_wait (of a ready-made Collector: traces=, wait=)",
    };
  },

  /** Tail sampling has decided without these spans: an error or a slow end in them is missed. */
  "spans-late"({ collector }) {
    const late = collector?.lateArrivals ?? 0;
    if (late === 0) return undefined;
    return {
      message: `${late} times spans of a trace came after the decision of tail_sampling`,
      fix: "lengthen decision_wait, of a ready-made Collector wait=: it must last longer than the batch delay of the services and the longest trace together",
    };
  },
};
