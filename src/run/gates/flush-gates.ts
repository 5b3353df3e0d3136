import type { Gates } from "../measure/readings.ts";

export const FLUSH_GATES: Gates = {
  "flush-late"({ meter }) {
    if (meter.measured.flushed) return undefined;
    return {
      message: "the final flush did not end within its time; its CPU is not in the window",
      fix: "if the backend is not meant to hang, look at the exporter: its timeout and its retries",
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
    if (meter.measured.settled?.flushed !== false) return undefined;
    return {
      message:
        "what the warm-up left in queues was not exported before the window opened; some of it is in the figures",
      fix: "if the backend is not meant to be slow, look at the exporter: its timeout and its retries",
    };
  },
};
