import type { Warning } from "../../record/trial-record.ts";
import type { Readings } from "../measure/readings.ts";

export function flushLate({ meter }: Readings): Warning | undefined {
  if (meter.measured.flushed) return undefined;
  return {
    code: "flush-late",
    message: "the final flush did not end within its time; its CPU is not in the window",
    fix: "expected with a backend that hangs; otherwise look at the exporter",
  };
}

/** A service that brings its own SDK is asked nothing: it flushes as it ends, when its CPU can no longer be read. */
export function flushOutside({ meter, outside }: Readings): Warning | undefined {
  if (outside === undefined || meter.measured.usageAtClose.length > 0) return undefined;
  return {
    code: "flush-outside",
    message:
      "the service brings its own SDK, which is not flushed in the window: the CPU of what it exports later is not counted",
    fix: "lengthen --duration, so that a queue's worth of spans weighs little",
  };
}

/** The ledger is of the whole life of the processes; the rate that is reported is the window's. */
export function lostInWarmup({ meter }: Readings): Warning | undefined {
  const { settled } = meter.measured;
  if (settled === undefined || settled.lostSpans === 0) return undefined;
  return {
    code: "lost-in-warmup",
    message: `${settled.lostSpans} of the lost spans were lost in the warm-up, which loads the service as fast as it answers`,
    fix: "count only the others against the rate asked for",
  };
}

export function warmupUnflushed({ meter }: Readings): Warning | undefined {
  if (meter.measured.settled?.flushed !== false) return undefined;
  return {
    code: "warmup-unflushed",
    message: "what the warm-up left in queues was not exported before the window opened; some of it is in the figures",
    fix: "expected with a backend that is slow or hangs; otherwise look at the exporter",
  };
}
