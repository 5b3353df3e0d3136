import type { Histogram } from "hdr-histogram-js";
import hdr from "hdr-histogram-js";
import type { HistogramText } from "./job.ts";

/** One hour; what is longer counts as one hour. */
const HIGHEST_US = 3.6e9;

/** Durations in whole µs at three significant digits. Lives in WASM memory: call `close` in the end. */
export class DurationHistogram {
  readonly #histogram: Histogram;

  constructor() {
    // Not the asynchronous one: called twice at the same time it makes two memories, and mixes them up.
    hdr.initWebAssemblySync();
    this.#histogram = hdr.build({
      bitBucketSize: 64,
      autoResize: false,
      lowestDiscernibleValue: 1,
      highestTrackableValue: HIGHEST_US,
      numberOfSignificantValueDigits: 3,
      useWebAssembly: true,
    });
  }

  recordMs(durationMs: number): void {
    this.#histogram.recordValue(Math.min(HIGHEST_US, Math.max(0, Math.round(durationMs * 1000))));
  }

  /** The histogram as text, and its memory freed. */
  close(): HistogramText {
    const text = hdr.encodeIntoCompressedBase64(this.#histogram);
    this.#histogram.destroy();
    return text;
  }
}
