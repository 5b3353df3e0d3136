import hdr from "hdr-histogram-js";
import type { HistogramText } from "./job.ts";

/** One hour; what is longer counts as one hour. */
const HIGHEST_US = 3.6e9;

/** Of durations in µs, rounded to whole ones, at three significant digits. NaN is none. */
export function histogramOf(durationsUs: Iterable<number>): HistogramText {
  const histogram = hdr.build({
    bitBucketSize: 64,
    autoResize: false,
    lowestDiscernibleValue: 1,
    highestTrackableValue: HIGHEST_US,
    numberOfSignificantValueDigits: 3,
  });
  for (const us of durationsUs)
    if (!Number.isNaN(us)) histogram.recordValue(Math.min(HIGHEST_US, Math.max(0, Math.round(us))));
  return hdr.encodeIntoCompressedBase64(histogram);
}
