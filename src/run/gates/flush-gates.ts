import type { Flush } from "../measure/measured.ts";
import type { Gates } from "./readings.ts";

export const FLUSH_GATES: Gates = {
  "flush-late"({ meter }) {
    const { flush, settled } = meter.measured;
    const left = leftBy(flush);
    if (left === undefined) return undefined;
    const bytes = settled === undefined ? "" : ", and bytes per request are unknown";
    return {
      message: `the final flush ${left}: the CPU of that is not in the window${bytes}`,
      fix: LOOK_AT_EXPORTER,
    };
  },

  /** A service that brings its own SDK is asked nothing: it flushes as it ends, when its CPU can no longer be read. */
  "flush-outside"({ meter, outside }) {
    if (outside === undefined || meter.measured.usageAtClose.length > 0) return undefined;
    return {
      message:
        "the service brings its own SDK, which is not flushed in the window: the CPU of what it exports later is not counted",
      fix: "lengthen --duration, so that a queue's worth of spans weighs little",
    };
  },

  /** The ledger has the warm-up too; the rate that is reported is the window's. */
  "lost-in-warmup"({ meter }) {
    const { settled } = meter.measured;
    if (settled === undefined || settled.lostSpans === 0) return undefined;
    return {
      message: `${settled.lostSpans} of the lost spans were lost in the warm-up, which loads the service as fast as it answers`,
      fix: "give the processor a longer queue, such as --processor batch:queue=8192; at the rate asked for only the others were lost",
    };
  },

  "warmup-unflushed"({ meter }) {
    const { settled } = meter.measured;
    const left = settled && leftBy(settled);
    if (left === undefined) return undefined;
    return {
      message: `the flush before the window ${left}: some of the warm-up is in the figures, and bytes per request are unknown`,
      fix: LOOK_AT_EXPORTER,
    };
  },
};

const LOOK_AT_EXPORTER =
  "if the backend is not meant to be slow or to hang, look at the exporter: its timeout and its retries";

/** In words, what a flush has not exported; undefined if it has, as far as that is known. */
function leftBy({ isInTime, pendingSpans = 0 }: Flush): string | undefined {
  if (!isInTime) return "did not end within its time";
  return pendingSpans === 0 ? undefined : `left spans without an answer: ${pendingSpans}`;
}
